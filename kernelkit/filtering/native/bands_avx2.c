/* The loops in vectors of 32 bytes. */

#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC target("avx2,fma")
#endif
#define ISA "AVX2"
#define INSTRUCTIONS avx2_instructions
#define BYTES 32
#define TALLEST 6
#define PIN(v) __asm__ volatile("" : "+x"(v))
#define INTRINSIC(operation, suffix) _mm256_##operation##_##suffix
#include "bands.h"
#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
