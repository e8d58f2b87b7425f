/* Sums over rectangles, whose cost does not depend on their size: a running sum down each column, and along these sums.
   They are kept in double precision and started afresh every few windows, so that what rounding leaves behind stays far
   below the last digit of single precision, and sums of whole numbers are exact. */

enum { CHAINS = 4 }; /* rows at once, because an addition has to wait for the one before */

/* an odd number of lines of the cache, so that rows do not share few sets of it */
static ptrdiff_t box_columns(const Job *job) {
    return ((job->axis[2].outputs + job->axis[2].window - 1 + 7) / 8 | 1) * 8;
}

static size_t box_space(const Job *job) { return (size_t)box_columns(job) * (CHAINS + 3) * sizeof(double); }

/* Where a row of the image begins; NULL if it lies outside, where all is zero. */
static const char *box_find(const Job *job, ptrdiff_t z, ptrdiff_t y) {
    ptrdiff_t plane = source_f64(&job->axis[0], z), row = source_f64(&job->axis[1], y);
    return plane < 0 || row < 0 ? NULL : job->image + plane * job->axis[0].stride + row * job->axis[1].stride;
}

/* Add what enters the window at its lower end, and take away what leaves it at its upper end: sums of columns, from
   samples as they lie in the image. */
#define SLIDE(KIND, TYPE)                                                                                      \
    static __attribute__((noinline)) void slide_##KIND(double *restrict running, double *restrict inside,      \
                                                       const void *enters, const void *leaves,                 \
                                                       ptrdiff_t count) {                                      \
        const TYPE *restrict enter = enters, *restrict leave = leaves;                                         \
        for (ptrdiff_t x = 0; x < count; x++) {                                                                \
            double sum = running[x] + (double)enter[x];                                                        \
            inside[x] = sum;                                                                                   \
            running[x] = sum - (double)leave[x];                                                               \
        }                                                                                                      \
    }
SLIDE(U8, uint8_t)
SLIDE(I8, int8_t)
SLIDE(U16, uint16_t)
SLIDE(I16, int16_t)
SLIDE(U32, uint32_t)
SLIDE(I32, int32_t)
SLIDE(U64, uint64_t)
SLIDE(I64, int64_t)
SLIDE(F32, float)
SLIDE(F64, double)
#undef SLIDE

/* in the order of enum kind */
static void (*const slide[])(double *restrict, double *restrict, const void *, const void *, ptrdiff_t) = {
    slide_U8, slide_I8, slide_U16, slide_I16, slide_U32, slide_I32, slide_U64, slide_I64, slide_F32, slide_F64};
static const ptrdiff_t size_of_kind[] = {1, 1, 2, 2, 4, 4, 8, 8, 4, 8};

/* Samples of a row side by side: where they lie, or in space if they lie apart; doubles then, as where there are none. */
static const void *box_row(const Job *job, const char *row, double *space, int *kind) {
    const Axis *across = &job->axis[2];
    *kind = job->kind;
    if (row && across->stride == size_of_kind[job->kind])
        return row;
    *kind = F64;
    if (row)
        convert_f64[job->kind](space, row, across->stride, across->samples);
    else
        memset(space, 0, (size_t)across->samples * sizeof(double));
    return space;
}

/* Sums of the columns of one row of windows, and what is left of them when its first row is gone. */
static void box_slide(const Job *job, double *running, double *inside, ptrdiff_t z, ptrdiff_t y, double *spare) {
    const Axis *across = &job->axis[2];
    const char *first = box_find(job, z, y), *last = box_find(job, z, y + job->axis[1].window - 1);
    int kind, other;
    const void *leaves = box_row(job, first, spare, &kind), *enters = box_row(job, last, spare + box_columns(job), &other);
    if (kind == other) {
        slide[kind](running, inside, enters, leaves, across->samples);
        return;
    }
    /* one of them lies outside, so both become doubles */
    if (first)
        convert_f64[job->kind](spare, first, across->stride, across->samples);
    if (last)
        convert_f64[job->kind](spare + box_columns(job), last, across->stride, across->samples);
    slide_F64(running, inside, spare + box_columns(job), spare, across->samples);
}

/* Sum along four rows of sums of columns at once, and write what comes out times the weight. */
#define ALONG(NAME, TYPE)                                                                                      \
    static void along_##NAME(const double *sums, ptrdiff_t columns, double *chain, double weight,              \
                             ptrdiff_t window, TYPE *const *out, ptrdiff_t count) {                            \
        double sum[CHAINS];                                                                                    \
        UNROLL for (int q = 0; q < CHAINS; q++) sum[q] = chain[q];                                             \
        for (ptrdiff_t x = 0; x < count; x++)                                                                  \
            UNROLL for (int q = 0; q < CHAINS; q++) {                                                          \
                const double *row = sums + q * columns + x;                                                    \
                double enter = row[window - 1];                                                                \
                out[q][x] = (TYPE)((sum[q] + enter) * weight);                                                 \
                sum[q] += enter - *row;                                                                        \
            }                                                                                                  \
    }
ALONG(single, float)
ALONG(twice, double)
#undef ALONG

/* Fill the outputs of items first to last: planes, and in these bands of rows. */
static void box_work(Job *job, ptrdiff_t first, ptrdiff_t last, void *memory) {
    const Axis *down = &job->axis[1], *across = &job->axis[2];
    ptrdiff_t columns = box_columns(job), bands = blocks_down(job), samples = across->samples;
    double *running = memory, *spare = running + columns, *sums = spare + 2 * columns;
    for (ptrdiff_t item = first; item < last; item++) {
        ptrdiff_t z = item / bands, top = item % bands * job->block_rows, bottom = top + job->block_rows;
        bottom = bottom < down->outputs ? bottom : down->outputs;
        memset(running, 0, (size_t)columns * sizeof(double));
        for (ptrdiff_t y = top; y < top + down->window - 1; y++) {
            const char *row = box_find(job, z, y);
            if (!row)
                continue;
            convert_f64[job->kind](spare, row, across->stride, samples);
            for (ptrdiff_t x = 0; x < samples; x++)
                running[x] += spare[x];
        }
        for (ptrdiff_t y = top; y < bottom; y += CHAINS) {
            double chain[CHAINS] = {0};
            ptrdiff_t height = bottom - y < CHAINS ? bottom - y : CHAINS;
            void *rows[CHAINS];
            for (ptrdiff_t q = 0; q < CHAINS; q++) {
                double *restrict sum = sums + q * columns, *restrict inside = sum + across->before;
                ptrdiff_t at = ((z * down->outputs + y + q) * across->outputs) * (job->wide ? 8 : 4);
                /* rows past the end are summed for nobody */
                rows[q] = q < height ? job->out[0] + at : (char *)spare;
                if (q < height)
                    box_slide(job, running, inside, z, y + q, spare);
                else
                    memset(sum, 0, (size_t)columns * sizeof(double));
                for (ptrdiff_t x = 0; x < across->before; x++)
                    sum[x] = across->sources_before[x] < 0 ? 0 : inside[across->sources_before[x]];
                for (ptrdiff_t x = 0; x < across->after; x++)
                    inside[samples + x] = across->sources_after[x] < 0 ? 0 : inside[across->sources_after[x]];
                for (ptrdiff_t x = 0; x < across->window - 1; x++)
                    chain[q] += sum[x];
            }
            if (job->wide)
                along_twice(sums, columns, chain, job->weight, across->window, (double *const *)rows, across->outputs);
            else
                along_single(sums, columns, chain, job->weight, across->window, (float *const *)rows, across->outputs);
        }
        int bad = 0; /* what is infinite, or no number, stays in a running sum after it has left the window */
        for (ptrdiff_t x = 0; x < samples; x++)
            bad |= running[x] - running[x] != 0;
        if (bad)
            __atomic_store_n(&job->spoiled, 1, __ATOMIC_RELAXED);
    }
}
