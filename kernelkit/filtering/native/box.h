/* Sums over rectangles, whose cost does not depend on their size: a running sum down each column, and along these sums.
   They are kept in double precision and started afresh every few windows, so that what rounding leaves behind stays far
   below the last digit of single precision, and sums of whole numbers are exact. */

enum { CHAINS = 4 }; /* rows at once, because an addition has to wait for the one before */

/* an odd number of lines of the cache, so that rows do not share few sets of it */
static ptrdiff_t box_columns(const Job *job) {
    return ((job->axis[2].outputs + job->axis[2].window - 1 + 7) / 8 | 1) * 8;
}

static size_t box_space(const Job *job) { return (size_t)box_columns(job) * (CHAINS + 3) * sizeof(double); }

/* Read a row as it is, without what lies beyond its ends; zeros if it lies outside of the image. */
static void box_load(const Job *job, double *to, ptrdiff_t z, ptrdiff_t y) {
    const Axis *across = &job->axis[2];
    ptrdiff_t plane = source_f64(&job->axis[0], z), row = source_f64(&job->axis[1], y);
    if (plane < 0 || row < 0)
        memset(to, 0, (size_t)across->samples * sizeof(double));
    else
        convert_f64[job->kind](to, job->image + plane * job->axis[0].stride + row * job->axis[1].stride,
                               across->stride, across->samples);
}

/* Fill the outputs of items first to last: planes, and in these bands of rows. */
static void box_work(Job *job, ptrdiff_t first, ptrdiff_t last, void *memory) {
    const Axis *down = &job->axis[1], *across = &job->axis[2];
    ptrdiff_t columns = box_columns(job), bands = blocks_down(job), samples = across->samples;
    double *running = memory, *enters = running + columns, *leaves = enters + columns, *sums = leaves + columns;
    for (ptrdiff_t item = first; item < last; item++) {
        ptrdiff_t z = item / bands, top = item % bands * job->block_rows, bottom = top + job->block_rows;
        bottom = bottom < down->outputs ? bottom : down->outputs;
        memset(running, 0, (size_t)columns * sizeof(double));
        for (ptrdiff_t y = top; y < top + down->window - 1; y++) {
            box_load(job, enters, z, y);
            for (ptrdiff_t x = 0; x < samples; x++)
                running[x] += enters[x];
        }
        for (ptrdiff_t y = top; y < bottom; y += CHAINS) {
            double chain[CHAINS] = {0};
            for (ptrdiff_t q = 0; q < CHAINS; q++) {
                double *restrict sum = sums + q * columns, *restrict inside = sum + across->before;
                ptrdiff_t row = y + q < bottom ? y + q : bottom - 1; /* rows past the end are summed for nobody */
                box_load(job, enters, z, row + down->window - 1);
                box_load(job, leaves, z, row);
                for (ptrdiff_t x = 0; x < samples; x++) {
                    inside[x] = running[x] + enters[x];
                    running[x] = inside[x] - leaves[x];
                }
                for (ptrdiff_t x = 0; x < across->before; x++)
                    sum[x] = across->sources_before[x] < 0 ? 0 : inside[across->sources_before[x]];
                for (ptrdiff_t x = 0; x < across->after; x++)
                    inside[samples + x] = across->sources_after[x] < 0 ? 0 : inside[across->sources_after[x]];
                for (ptrdiff_t x = 0; x < across->window - 1; x++)
                    chain[q] += sum[x];
            }
            ptrdiff_t at = (z * down->outputs + y) * across->outputs, height = bottom - y < CHAINS ? bottom - y : CHAINS;
            for (ptrdiff_t x = 0; x < across->outputs; x++)
                UNROLL for (ptrdiff_t q = 0; q < CHAINS; q++) {
                    double *sum = sums + q * columns + x, enter = sum[across->window - 1], whole = chain[q] + enter;
                    chain[q] += enter - *sum;
                    *sum = whole * job->weight;
                }
            for (ptrdiff_t q = 0; q < height; q++, at += across->outputs)
                if (job->wide)
                    memcpy((double *)job->out[0] + at, sums + q * columns, (size_t)across->outputs * sizeof(double));
                else
                    for (ptrdiff_t x = 0; x < across->outputs; x++)
                        ((float *)job->out[0])[at + x] = (float)sums[q * columns + x];
        }
    }
}
