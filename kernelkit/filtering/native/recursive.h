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
enum { STEPS = 64 }; /* samples turned at once */

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

/* Add what the pairs give from the samples before to a sum, and take in the next sample. */
#define STEP(v, sum, weights, now)                                                                                    \
    UNROLL for (int k = 0; k < pairs; k++) {                                                                         \
        VECTOR real = re[k][v], imaginary = im[k][v];                                                                \
        sum += weights##_re[k] * real;                                                                               \
        sum -= weights##_im[k] * imaginary;                                                                          \
        re[k][v] = now + pole_re[k] * real;                                                                          \
        re[k][v] -= pole_im[k] * imaginary;                                                                          \
        im[k][v] = pole_re[k] * imaginary + pole_im[k] * real;                                                       \
    }

/* Filter lines side by side: x has one row a sample and one more, of what is zero; y takes the results. */
static inline __attribute__((always_inline)) void NAME(recur)(const Job *job, const REAL *x, REAL *y, int pairs) {
    enum { MOST = 3 };
    const Axis *axis = &job->axis[1];
    const ptrdiff_t samples = axis->samples;
    const double *given = job->recursion;
    const REAL centre = (REAL)given[0], sign = (REAL)given[1], kept = (REAL)given[2];
    REAL pole_re[MOST], pole_im[MOST], ahead_re[MOST], ahead_im[MOST], behind_re[MOST], behind_im[MOST];
    REAL rest_re[MOST], rest_im[MOST]; /* states that a constant of 1 comes to */
    VECTOR first[2], unused = {0}, re[MOST][2], im[MOST][2];
    for (int k = 0; k < pairs; k++) {
        const double *pair = given + HEAD + EACH * k;
        pole_re[k] = (REAL)pair[0], pole_im[k] = (REAL)pair[1];
        ahead_re[k] = (REAL)pair[2], ahead_im[k] = (REAL)pair[3];
        behind_re[k] = sign * ahead_re[k], behind_im[k] = sign * ahead_im[k];
        double size = (1 - pair[0]) * (1 - pair[0]) + pair[1] * pair[1];
        rest_re[k] = (REAL)((1 - pair[0]) / size), rest_im[k] = (REAL)(pair[1] / size);
    }
    for (int v = 0; v < 2; v++)
        first[v] = ((const VECTOR *)x)[v];
#define ROW(source) ((const VECTOR *)(x + ((source) < 0 ? samples : (source)) * ACROSS))
#define REST(row)                                                                                                    \
    for (int k = 0; k < pairs; k++)                                                                                  \
        for (int v = 0; v < 2; v++) {                                                                                \
            VECTOR now = (row)[v] - first[v];                                                                        \
            re[k][v] = rest_re[k] * now, im[k][v] = rest_im[k] * now;                                                \
        }
    REST(axis->before ? ROW(axis->sources_before[0]) : ROW(0))
    for (ptrdiff_t i = 0; i < axis->before; i++) {
        const VECTOR *row = ROW(axis->sources_before[i]);
        UNROLL for (int v = 0; v < 2; v++)
            STEP(v, unused, behind, (row[v] - first[v]))
    }
    for (ptrdiff_t i = 0; i < samples; i++)
        UNROLL for (int v = 0; v < 2; v++) {
            VECTOR now = ((const VECTOR *)(x + i * ACROSS))[v] - first[v], sum = centre * now;
            STEP(v, sum, behind, now)
            ((VECTOR *)(y + i * ACROSS))[v] = sum;
        }
    REST(axis->after ? ROW(axis->sources_after[axis->after - 1]) : ROW(samples - 1))
    for (ptrdiff_t i = axis->after; i-- > 0;) {
        const VECTOR *row = ROW(axis->sources_after[i]);
        UNROLL for (int v = 0; v < 2; v++)
            STEP(v, unused, ahead, (row[v] - first[v]))
    }
    for (ptrdiff_t i = samples; i-- > 0;)
        UNROLL for (int v = 0; v < 2; v++) {
            VECTOR now = ((const VECTOR *)(x + i * ACROSS))[v] - first[v], sum = ((VECTOR *)(y + i * ACROSS))[v];
            STEP(v, sum, ahead, now)
            ((VECTOR *)(y + i * ACROSS))[v] = sum + kept * first[v];
        }
    (void)unused;
#undef REST
#undef ROW
}

static __attribute__((noinline)) void NAME(recur_2)(const Job *job, const REAL *x, REAL *y) { NAME(recur)(job, x, y, 2); }
static __attribute__((noinline)) void NAME(recur_3)(const Job *job, const REAL *x, REAL *y) { NAME(recur)(job, x, y, 3); }

/* Exchange rows and columns. */
static void NAME(turn)(REAL *restrict to, ptrdiff_t to_stride, const REAL *restrict from, ptrdiff_t from_stride,
                       ptrdiff_t rows, ptrdiff_t columns) {
    ptrdiff_t down = 0;
#if defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector)
    typedef REAL four __attribute__((vector_size(4 * sizeof(REAL)), aligned(sizeof(REAL)), may_alias));
#define ROW(i) (*(const four *)(from + (down + (i)) * from_stride + across))
#define COLUMN(i) (*(four *)(to + (across + (i)) * to_stride + down))
    for (; down + 4 <= rows; down += 4) {
        ptrdiff_t across = 0;
        for (; across + 4 <= columns; across += 4) {
            four a = __builtin_shufflevector(ROW(0), ROW(1), 0, 4, 1, 5);
            four b = __builtin_shufflevector(ROW(0), ROW(1), 2, 6, 3, 7);
            four c = __builtin_shufflevector(ROW(2), ROW(3), 0, 4, 1, 5);
            four d = __builtin_shufflevector(ROW(2), ROW(3), 2, 6, 3, 7);
            COLUMN(0) = __builtin_shufflevector(a, c, 0, 1, 4, 5);
            COLUMN(1) = __builtin_shufflevector(a, c, 2, 3, 6, 7);
            COLUMN(2) = __builtin_shufflevector(b, d, 0, 1, 4, 5);
            COLUMN(3) = __builtin_shufflevector(b, d, 2, 3, 6, 7);
        }
        for (; across < columns; across++)
            for (ptrdiff_t i = down; i < down + 4; i++)
                to[across * to_stride + i] = from[i * from_stride + across];
    }
#undef ROW
#undef COLUMN
#endif
#endif
    for (; down < rows; down++)
        for (ptrdiff_t across = 0; across < columns; across++)
            to[across * to_stride + down] = from[down * from_stride + across];
}

/* Write a part of a row, past the cache where that was found to pay. */
static inline void NAME(write)(REAL *to, const REAL *from, ptrdiff_t count, int stream) {
    ptrdiff_t i = 0;
    stream = stream && (uintptr_t)to % BYTES == 0;
    for (; stream && i + LANES <= count; i += LANES)
        NAME(stream)(to + i, *(const VECTOR *)(from + i));
    memcpy(to + i, from + i, (size_t)(count - i) * sizeof(REAL));
}

/* Filter a block of lines that lie side by side. */
static void NAME(recur_beside)(const Job *job, ptrdiff_t item, REAL *x, REAL *y) {
    enum { AHEAD = 16 }; /* rows that are asked for in time: each lies on another page, where nothing guesses them */
    const Axis *outer = &job->axis[0], *axis = &job->axis[1], *inner = &job->axis[2];
    ptrdiff_t blocks = blocks_beside(job, ACROSS), z = item / blocks, left = item % blocks * ACROSS;
    ptrdiff_t width = inner->samples - left < ACROSS ? inner->samples - left : ACROSS;
    const char *from = job->image + z * outer->stride + left * inner->stride;
    REAL *to = (REAL *)job->out[0] + z * axis->samples * inner->samples + left;
    for (ptrdiff_t i = 0; i < axis->samples; i++) {
        if (i + AHEAD < axis->samples) {
            __builtin_prefetch(from + (i + AHEAD) * axis->stride);
            __builtin_prefetch(from + (i + AHEAD) * axis->stride + (width - 1) * inner->stride);
        }
        NAME(convert)[job->kind](x + i * ACROSS, from + i * axis->stride, inner->stride, width);
    }
    (job->pairs == 2 ? NAME(recur_2) : NAME(recur_3))(job, x, y);
    for (ptrdiff_t i = 0; i < axis->samples; i++)
        NAME(write)(to + i * inner->samples, y + i * ACROSS, width, job->stream);
}

/* Filter a block of lines each of which lies in one piece, or nearly. */
static void NAME(recur_turned)(const Job *job, ptrdiff_t item, REAL *x, REAL *y, REAL *turned) {
    const Axis *outer = &job->axis[0], *axis = &job->axis[1], *inner = &job->axis[2];
    ptrdiff_t top = item * ACROSS, lines = outer->samples * inner->samples - top;
    lines = lines < ACROSS ? lines : ACROSS;
    for (ptrdiff_t start = 0; start < axis->samples; start += STEPS) {
        ptrdiff_t count = axis->samples - start < STEPS ? axis->samples - start : STEPS;
        for (ptrdiff_t q = 0; q < lines; q++)
            NAME(convert)[job->kind](turned + q * STEPS,
                                     job->image + (top + q) / inner->samples * outer->stride + start * axis->stride +
                                         (top + q) % inner->samples * inner->stride,
                                     axis->stride, count);
        NAME(turn)(x + start * ACROSS, ACROSS, turned, STEPS, lines, count);
    }
    (job->pairs == 2 ? NAME(recur_2) : NAME(recur_3))(job, x, y);
    for (ptrdiff_t start = 0; start < axis->samples; start += STEPS) {
        ptrdiff_t count = axis->samples - start < STEPS ? axis->samples - start : STEPS;
        NAME(turn)(turned, STEPS, y + start * ACROSS, ACROSS, count, lines);
        for (ptrdiff_t q = 0; q < lines; q++) {
            ptrdiff_t z = (top + q) / inner->samples, across = (top + q) % inner->samples;
            REAL *to = (REAL *)job->out[0] + (z * axis->samples + start) * inner->samples + across;
            if (inner->samples == 1)
                NAME(write)(to, turned + q * STEPS, count, job->stream);
            else
                for (ptrdiff_t i = 0; i < count; i++)
                    to[i * inner->samples] = turned[q * STEPS + i];
        }
    }
}

/* Filter the lines of items first to last. */
static void NAME(recursive_work)(Job *job, ptrdiff_t first, ptrdiff_t last, void *memory) {
    ptrdiff_t samples = job->axis[1].samples;
    REAL *x = memory, *y = x + (samples + 1) * ACROSS, *turned = y + samples * ACROSS;
    memset(x + samples * ACROSS, 0, (size_t)ACROSS * sizeof(REAL));
#if defined(__x86_64__)
    /* beside large dark areas states die away, and numbers without all their digits take some processors a hundred times
       as long: they become zero */
    unsigned before = _mm_getcsr();
    _mm_setcsr(before | _MM_FLUSH_ZERO_ON);
#endif
    for (ptrdiff_t item = first; item < last; item++)
        if (beside(job, ACROSS))
            NAME(recur_beside)(job, item, x, y);
        else
            NAME(recur_turned)(job, item, x, y, turned);
#if defined(__x86_64__)
    _mm_setcsr(before);
    _mm_sfence(); /* streamed stores are seen by all before the work is said to be done */
#endif
}

#undef STEP
#undef ACROSS
#undef LANES
#undef VECTOR
