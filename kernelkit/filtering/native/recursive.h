/* Sums of pairs of complex exponentials along one axis, by recursions that run there and back, so that their cost does
   not depend on how slowly the exponentials fall off.

   Every pair of conjugate exponentials has a complex state z <- p z + x: rounding then grows with the time that the
   state remembers, and not, as where real recursions of second order are summed, with its square.  Lines are filtered
   side by side, a few vectors of them, in a copy with one line a column; each line alone and in one order, so results
   depend neither on threads nor on what lies beside a line.  What a line begins with is subtracted first: constants stay
   what they are to the last digit. */

#define VECTOR NAME(vector)
#define LANES ((ptrdiff_t)(BYTES / sizeof(REAL)))
#define ACROSS (2 * LANES) /* lines at once, because a state has to wait for the one before */

#ifndef KERNELKIT_RECURSIVE_H
#define KERNELKIT_RECURSIVE_H
enum { STEPS = 64, HEAD = 3, EACH = 4 }; /* samples turned at once; numbers of a recursion, and of a pair in it */

/* Whether lines lie side by side in memory, as columns of an image do; else they are turned, as rows have to be. */
static inline int beside(const Job *job, ptrdiff_t across) { return job->axis[2].samples >= across / 2; }

static inline ptrdiff_t blocks_beside(const Job *job, ptrdiff_t across) {
    return (job->axis[2].samples + across - 1) / across;
}
#endif

/* How many blocks of lines there are. */
static ptrdiff_t NAME(recursive_items)(const Job *job) {
    ptrdiff_t outer = job->axis[0].samples, inner = job->axis[2].samples;
    return beside(job, ACROSS) ? outer * blocks_beside(job, ACROSS) : (outer * inner + ACROSS - 1) / ACROSS;
}

static size_t NAME(recursive_space)(const Job *job) {
    return (size_t)(2 * job->axis[1].samples + 1 + STEPS) * ACROSS * sizeof(REAL);
}

/* Go on by one sample: return what the pairs give from the samples before it, and take it in. */
#define STEP(sums, weights, row)                                                                                     \
    VECTOR sums[2];                                                                                                  \
    UNROLL for (int v = 0; v < 2; v++) {                                                                             \
        VECTOR now = ((const VECTOR *)(row))[v] - first[v];                                                          \
        sums[v] = (VECTOR){0};                                                                                       \
        UNROLL for (int k = 0; k < pairs; k++) {                                                                     \
            VECTOR real = re[k][v], imaginary = im[k][v];                                                            \
            sums[v] += weights##_re[k] * real - weights##_im[k] * imaginary;                                         \
            re[k][v] = pole_re[k] * real - pole_im[k] * imaginary + now;                                             \
            im[k][v] = pole_re[k] * imaginary + pole_im[k] * real;                                                   \
        }                                                                                                            \
    }

/* Filter lines side by side: x has one row a sample and one more, of what is zero; y takes the results. */
static inline __attribute__((always_inline)) void NAME(recur)(const Job *job, const REAL *x, REAL *y, int pairs) {
    enum { MOST = 3 };
    const Axis *axis = &job->axis[1];
    const double *given = job->recursion;
    const REAL centre = (REAL)given[0], sign = (REAL)given[1], kept = (REAL)given[2];
    REAL pole_re[MOST], pole_im[MOST], ahead_re[MOST], ahead_im[MOST], behind_re[MOST], behind_im[MOST];
    VECTOR first[2], re[MOST][2] = {0}, im[MOST][2] = {0};
    for (int k = 0; k < pairs; k++) {
        const double *pair = given + HEAD + EACH * k;
        pole_re[k] = (REAL)pair[0], pole_im[k] = (REAL)pair[1];
        ahead_re[k] = (REAL)pair[2], ahead_im[k] = (REAL)pair[3];
        behind_re[k] = sign * ahead_re[k], behind_im[k] = sign * ahead_im[k];
    }
    for (int v = 0; v < 2; v++)
        first[v] = ((const VECTOR *)x)[v];
#define ROW(source) (x + ((source) < 0 ? axis->samples : (source)) * ACROSS)
    for (ptrdiff_t i = 0; i < axis->before; i++) {
        STEP(unused, behind, ROW(axis->sources_before[i]))
        (void)unused;
    }
    for (ptrdiff_t i = 0; i < axis->samples; i++) {
        STEP(sums, behind, x + i * ACROSS)
        for (int v = 0; v < 2; v++)
            ((VECTOR *)(y + i * ACROSS))[v] = sums[v] + centre * (((const VECTOR *)(x + i * ACROSS))[v] - first[v]);
    }
    memset(re, 0, sizeof re);
    memset(im, 0, sizeof im);
    for (ptrdiff_t i = axis->after; i-- > 0;) {
        STEP(unused, ahead, ROW(axis->sources_after[i]))
        (void)unused;
    }
    for (ptrdiff_t i = axis->samples; i-- > 0;) {
        STEP(sums, ahead, x + i * ACROSS)
        for (int v = 0; v < 2; v++)
            ((VECTOR *)(y + i * ACROSS))[v] += sums[v] + kept * first[v];
    }
#undef ROW
}

static __attribute__((noinline)) void NAME(recur_2)(const Job *job, const REAL *x, REAL *y) { NAME(recur)(job, x, y, 2); }
static __attribute__((noinline)) void NAME(recur_3)(const Job *job, const REAL *x, REAL *y) { NAME(recur)(job, x, y, 3); }

/* Filter the lines of items first to last. */
static void NAME(recursive_work)(Job *job, ptrdiff_t first, ptrdiff_t last, void *memory) {
    const Axis *outer = &job->axis[0], *axis = &job->axis[1], *inner = &job->axis[2];
    ptrdiff_t samples = axis->samples, blocks = blocks_beside(job, ACROSS);
    REAL *x = memory, *y = x + (samples + 1) * ACROSS, *turned = y + samples * ACROSS;
    memset(x + samples * ACROSS, 0, ACROSS * sizeof(REAL));
    for (ptrdiff_t item = first; item < last; item++) {
        if (beside(job, ACROSS)) {
            ptrdiff_t z = item / blocks, left = item % blocks * ACROSS;
            ptrdiff_t width = inner->samples - left < ACROSS ? inner->samples - left : ACROSS;
            const char *from = job->image + z * outer->stride + left * inner->stride;
            REAL *to = (REAL *)job->out[0] + z * samples * inner->samples + left;
            for (ptrdiff_t i = 0; i < samples; i++)
                NAME(convert)[job->kind](x + i * ACROSS, from + i * axis->stride, inner->stride, width);
            (job->pairs == 2 ? NAME(recur_2) : NAME(recur_3))(job, x, y);
            for (ptrdiff_t i = 0; i < samples; i++)
                memcpy(to + i * inner->samples, y + i * ACROSS, (size_t)width * sizeof(REAL));
            continue;
        }
        ptrdiff_t top = item * ACROSS, lines = outer->samples * inner->samples - top;
        lines = lines < ACROSS ? lines : ACROSS;
        for (ptrdiff_t start = 0; start < samples; start += STEPS) {
            ptrdiff_t count = samples - start < STEPS ? samples - start : STEPS;
            for (ptrdiff_t q = 0; q < lines; q++) {
                ptrdiff_t z = (top + q) / inner->samples, across = (top + q) % inner->samples;
                NAME(convert)[job->kind](turned + q * STEPS,
                                         job->image + z * outer->stride + start * axis->stride + across * inner->stride,
                                         axis->stride, count);
            }
            for (ptrdiff_t i = 0; i < count; i++)
                for (ptrdiff_t q = 0; q < lines; q++)
                    x[(start + i) * ACROSS + q] = turned[q * STEPS + i];
        }
        (job->pairs == 2 ? NAME(recur_2) : NAME(recur_3))(job, x, y);
        for (ptrdiff_t start = 0; start < samples; start += STEPS) {
            ptrdiff_t count = samples - start < STEPS ? samples - start : STEPS;
            for (ptrdiff_t q = 0; q < lines; q++) {
                ptrdiff_t z = (top + q) / inner->samples, across = (top + q) % inner->samples;
                REAL *to = (REAL *)job->out[0] + (z * samples + start) * inner->samples + across;
                for (ptrdiff_t i = 0; i < count; i++)
                    to[i * inner->samples] = y[(start + i) * ACROSS + q];
            }
        }
    }
}

#undef STEP
#undef ACROSS
#undef LANES
#undef VECTOR
