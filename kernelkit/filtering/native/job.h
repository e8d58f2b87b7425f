/* What one call computes: the image with its extension, one or two kernels as runs of taps, and where to. */

#ifndef KERNELKIT_JOB_H
#define KERNELKIT_JOB_H

#include <stddef.h>
#include <stdint.h>

enum { AXES = 3, ROWS = 8, MOST_WEIGHTS = 16 };

enum kind { U8, I8, U16, I16, U32, I32, U64, I64, F32, F64 };

/* Taps that lie below each other in one column of the window; zero taps between runs cost nothing. */
typedef struct {
    ptrdiff_t plane, row, shift;
    const void *weights;
} Run;

/* Runs of one height; APART are two taps around a zero. */
enum { APART };
typedef struct {
    int height;
    ptrdiff_t first, last;
} Panel;

typedef struct {
    Run *runs;
    void *weights;
    const void *backwards; /* taps of one row with zeros beyond both ends, from the first tap on; or NULL */
    ptrdiff_t length;
    int panels;
    Panel panel[MOST_WEIGHTS + 1];
} Sum;

/* Taps of two kernels that lie in one column of three rows, as masks of the rows in which they are not zero; three
   weights of the first kernel, three of the second. */
enum { PAIR_ROWS = 3, MIDDLE = 2, OUTER = 5, ALL = 7 };
typedef struct {
    ptrdiff_t plane, shift;
    int mask[2];
    const void *weights;
} PairRun;

typedef struct {
    PairRun *runs; /* NULL where kernels are not summed together */
    void *weights;
    ptrdiff_t count;
} Pair;

enum { HEAD = 3, EACH = 4 }; /* numbers of a recursion, and of each pair of exponentials in it */

/* An axis of the image, with the sample that stands at each place before and after it; OUTSIDE is zero. */
typedef struct {
    ptrdiff_t samples, stride, before, after, window, outputs;
    const int64_t *sources_before, *sources_after;
} Axis;

enum { CREST_ROWS = 8 }; /* rows of a gradient that one claim takes at least */

/* A gradient of two components, and what its crests ask for. */
typedef struct {
    double *components[2], *magnitude, least, low;
    unsigned char *codes;
} Crest;

typedef struct {
    const char *image;
    enum kind kind;
    Axis axis[AXES];
    int kernels, magnitude, stream;
    int wide;      /* of boxes: outputs are double */
    int spoiled;   /* of boxes: a sample is infinite, or no number */
    double weight; /* of boxes */
    const double *recursion; /* weight of the sample itself, sign of the pass there, what is kept of a constant; then of
                                each pair its pole and the weight of its state, real and imaginary parts */
    int pairs;
    int separable[2];
    Sum columns[2]; /* of separable kernels: summed first, over planes and rows */
    Sum sums[2];
    Pair pair;
    Crest crest;
    char *out[2];
    ptrdiff_t block_rows, block_width, items, claim, next;
} Job;

typedef struct {
    const char *name;
    int tallest; /* most weights that stay in registers beside eight sums */
    void (*work_f32)(Job *, ptrdiff_t first, ptrdiff_t last, void *space);
    void (*work_f64)(Job *, ptrdiff_t first, ptrdiff_t last, void *space);
    void (*work_box)(Job *, ptrdiff_t first, ptrdiff_t last, void *space);
    void (*work_lengths)(Job *, ptrdiff_t first, ptrdiff_t last, void *space);
    void (*work_crests)(Job *, ptrdiff_t first, ptrdiff_t last, void *space);
    void (*work_recursive_f32)(Job *, ptrdiff_t first, ptrdiff_t last, void *space);
    void (*work_recursive_f64)(Job *, ptrdiff_t first, ptrdiff_t last, void *space);
    size_t (*space_f32)(const Job *);
    size_t (*space_f64)(const Job *);
    size_t (*space_box)(const Job *);
    size_t (*space_recursive_f32)(const Job *);
    size_t (*space_recursive_f64)(const Job *);
    ptrdiff_t (*items_recursive_f32)(const Job *);
    ptrdiff_t (*items_recursive_f64)(const Job *);
} Instructions;

extern const Instructions generic_instructions;
#if defined(__x86_64__)
extern const Instructions avx2_instructions, avx512_instructions;
#endif

/* Whether each row is filtered alone. */
static inline int rows_alone(const Job *job) {
    return job->kernels == 1 && !job->separable[0] && job->axis[0].window == 1 && job->axis[1].window == 1 &&
           job->axis[2].window > 1;
}

static inline ptrdiff_t blocks_across(const Job *job) {
    /* the last block takes the rest, so none is narrower than a vector unless the image is */
    ptrdiff_t blocks = job->axis[2].outputs / job->block_width;
    return blocks ? blocks : 1;
}

static inline ptrdiff_t blocks_down(const Job *job) {
    return (job->axis[1].outputs + job->block_rows - 1) / job->block_rows;
}

#endif
