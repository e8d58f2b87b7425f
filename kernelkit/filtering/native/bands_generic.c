/* The loops in vectors of sixteen bytes, which compilers turn into what the processor has. */

#define ISA "128-bit vectors"
#define INSTRUCTIONS generic_instructions
#define BYTES 16
#define TALLEST 6
#if defined(__x86_64__)
#define PIN(v) __asm__ volatile("" : "+x"(v))
#define INTRINSIC(operation, suffix) _mm_##operation##_##suffix
#elif defined(__aarch64__)
#define PIN(v) __asm__ volatile("" : "+w"(v))
#else
#define PIN(v)
#endif
#include "bands.h"
