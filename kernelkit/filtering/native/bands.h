/* The loops for both types of numbers, with one set of instructions: the file that includes this names the set (ISA),
   its vectors (BYTES, TALLEST, PIN) and the few operations that C has no words for. */

#include <math.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "job.h"

#define X86(operation, suffix) INTRINSIC(operation, suffix) /* the suffix is a macro itself */
#define NARROW (BYTES < 32 ? BYTES : 32) /* no slower than 64 where these take two steps, and fewer zeros beyond taps */
#define UNROLL _Pragma("GCC unroll 32")

typedef int64_t words __attribute__((vector_size(BYTES), may_alias));

/* bounds between which squares neither overflow nor lose digits */
#define REAL float
#define KIND F32
#define SUFFIX ps
#define NAME(word) word##_f32
#define ROOT_OF_LEAST 0x1p-50f
#define ROOT_OF_MOST 0x1p62f
#define HYPOT(a, b) (float)sqrt((double)(a) * (a) + (double)(b) * (b))
#include "operations.h"
#include "band.h"
#include "recursive.h"
#undef REAL
#undef KIND
#undef SUFFIX
#undef NAME
#undef ROOT_OF_LEAST
#undef ROOT_OF_MOST
#undef HYPOT

#define REAL double
#define KIND F64
#define SUFFIX pd
#define NAME(word) word##_f64
#define ROOT_OF_LEAST 0x1p-480
#define ROOT_OF_MOST 0x1p510
#define HYPOT(a, b) hypot(a, b)
#include "operations.h"
#include "band.h"
#include "recursive.h"
#include "box.h"
#include "crest.h"

const Instructions INSTRUCTIONS = {
    ISA,          TALLEST,     work_f32,  work_f64,  box_work,  lengths_work,        crests_work,
    recursive_work_f32, recursive_work_f64, space_f32, space_f64, box_space, recursive_space_f32, recursive_space_f64,
    recursive_items_f32, recursive_items_f64};
