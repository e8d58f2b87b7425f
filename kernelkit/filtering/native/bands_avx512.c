/* The loops in vectors of 64 bytes. */

#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#else
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,prefer-vector-width=512")
#endif
#define ISA "AVX-512"
#define INSTRUCTIONS avx512_instructions
#define BYTES 64
#define TALLEST 16
#define PIN(v) __asm__ volatile("" : "+v"(v))
#define INTRINSIC(operation, suffix) _mm512_##operation##_##suffix
#include "bands.h"
#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
