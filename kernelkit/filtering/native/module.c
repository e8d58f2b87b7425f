/* The door to Python: checks what it is given, so that no call can read or write outside of it.

   Plain C and the limited API of CPython, because one file then serves every Python from 3.11 on, a call costs less than
   a microsecond, and neither building nor running needs another package; cffi has to be installed to run, nanobind and
   pybind11 to build, with C++. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>

#include <stdlib.h>
#include <string.h>

#include "held.h"
#include "job.h"
#include "pool.h"

enum {
    MOST_BUFFERS = 16,
    BEYOND = 16, /* lanes of the widest vector */
    LONG = 11    /* taps of a row from which it is summed backwards; measured */
};

typedef struct {
    Py_buffer view[MOST_BUFFERS];
    int count;
} Held;

static const Instructions *instructions;

/* Write which sets of instructions this processor has, the best first; return how many. */
static int usable_instructions(const Instructions *usable[3]) {
    int count = 0;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma"))
        usable[count++] = &avx512_instructions;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        usable[count++] = &avx2_instructions;
#endif
    usable[count++] = &generic_instructions;
    return count;
}

static int refuse(const char *why) {
    PyErr_SetString(PyExc_ValueError, why);
    return -1;
}

/* Borrow an array's memory until the end of the call. */
static Py_buffer *borrow(Held *held, PyObject *array, int axes, int flags) {
    Py_buffer *view = &held->view[held->count];
    if (PyObject_GetBuffer(array, view, flags | PyBUF_FORMAT))
        return NULL;
    held->count++;
    if (view->ndim != axes) {
        refuse("an array has another number of axes");
        return NULL;
    }
    return view;
}

/* What type of number an array holds, in the machine's own byte order. */
static int kind_of(const Py_buffer *view, enum kind *kind) {
    static const char *const letters[] = {"?bhilqBHILQ", "fd"};
    const char *format = view->format;
    /* some libraries say in so many words that they use the machine's own order */
    if (format && (*format == '@' || *format == '=' || *format == (*(const char *)&(const int){1} ? '<' : '>')))
        format++;
    if (format && strlen(format) == 1) {
        if (strchr(letters[1], *format)) {
            *kind = *format == 'f' ? F32 : F64;
            return 0;
        }
        if (strchr(letters[0], *format)) {
            int is_signed = strchr("bhilq", *format) != NULL;
            switch (view->itemsize) {
                case 1: *kind = is_signed ? I8 : U8; return 0;
                case 2: *kind = is_signed ? I16 : U16; return 0;
                case 4: *kind = is_signed ? I32 : U32; return 0;
                case 8: *kind = is_signed ? I64 : U64; return 0;
            }
        }
    }
    return refuse("an array holds numbers of an unknown type");
}

/* The next run of a column: where it begins, what it is, and where to look for another one; none when at the end. */
typedef struct {
    ptrdiff_t row, after;
    int height;
} Found;

static Found find_run(const double *column, ptrdiff_t stride, ptrdiff_t rows, ptrdiff_t row) {
#define TAP(y) ((y) < rows && column[(y) * stride] != 0)
    while (row < rows && !TAP(row))
        row++;
    ptrdiff_t end = row;
    while (TAP(end))
        end++;
    if (end - row == 1 && TAP(row + 2) && !TAP(row + 3))
        return (Found){row, row + 3, APART};
    /* taller than the registers allow: in pieces of about one height */
    ptrdiff_t pieces = (end - row + instructions->tallest - 1) / instructions->tallest;
    ptrdiff_t height = pieces ? (end - row + pieces - 1) / pieces : 0;
    return (Found){row, row + height, (int)height};
#undef TAP
}

/* Write the taps of a row backwards behind those of its runs, with zeros before and after them. */
static void put_backwards(const double *row, size_t taps, int wide, Sum *sum) {
    size_t size = wide ? sizeof(double) : sizeof(float);
    char *space = (char *)sum->weights + taps * size;
    memset(space, 0, (taps + 2 * BEYOND) * size);
    for (size_t i = 0; i < taps; i++)
        if (wide)
            ((double *)space)[BEYOND + i] = row[taps - 1 - i];
        else
            ((float *)space)[BEYOND + i] = (float)row[taps - 1 - i];
    sum->backwards = space + (BEYOND + taps - 1) * size;
    sum->length = (ptrdiff_t)taps;
}

/* Write the taps of a dense window as runs, those of one height together. */
static int runs_of(Held *held, PyObject *array, const ptrdiff_t window[AXES], ptrdiff_t step, int wide, Sum *sum) {
    Py_buffer *view = borrow(held, array, AXES, PyBUF_C_CONTIGUOUS);
    enum kind kind;
    if (!view || kind_of(view, &kind))
        return -1;
    if (kind != F64)
        return refuse("weights are no float64");
    for (int i = 0; i < AXES; i++)
        if (view->shape[i] != window[i])
            return refuse("weights have another shape");
    size_t taps = (size_t)(window[0] * window[1] * window[2]);
    sum->runs = malloc(taps * sizeof(Run));
    sum->weights = malloc(2 * (taps + BEYOND) * sizeof(double));
    if (!sum->runs || !sum->weights) {
        PyErr_NoMemory();
        return -1;
    }
    size_t next = 0;
    ptrdiff_t count = 0;
    for (int wanted = 0; wanted <= instructions->tallest; wanted++) {
        Panel panel = {wanted, count, count};
        for (ptrdiff_t z = 0; z < window[0]; z++)
            for (ptrdiff_t x = 0; x < window[2]; x++) {
                const double *column = (const double *)view->buf + z * window[1] * window[2] + x;
                for (Found run = {0, 0, 0}; run.after < window[1];) {
                    run = find_run(column, window[2], window[1], run.after);
                    if (run.row == window[1] || run.height != wanted)
                        continue;
                    size_t size = wide ? sizeof(double) : sizeof(float);
                    sum->runs[count++] = (Run){z, run.row, x * step, (char *)sum->weights + next * size};
                    for (ptrdiff_t y = run.row; y < run.after; y += run.height == APART ? 2 : 1, next++)
                        if (wide)
                            ((double *)sum->weights)[next] = column[y * window[2]];
                        else
                            ((float *)sum->weights)[next] = (float)column[y * window[2]];
                }
            }
        panel.last = count;
        if (panel.last > panel.first)
            sum->panel[sum->panels++] = panel;
    }
    if (window[0] == 1 && window[1] == 1 && step == 1 && taps >= LONG)
        put_backwards(view->buf, taps, wide, sum);
    return 0;
}

/* Write two dense kernels of three rows as columns that are summed together; leave the pair empty if a column has other
   taps than one in the middle, two around it, or three, because zero taps may not read. */
static int pair_of(const double *const kernels[2], const ptrdiff_t window[AXES], ptrdiff_t step, int wide, Pair *pair) {
    size_t columns = (size_t)(window[0] * window[2]), size = wide ? sizeof(double) : sizeof(float);
    pair->runs = malloc(columns * sizeof(PairRun));
    pair->weights = malloc(columns * 2 * PAIR_ROWS * size);
    if (!pair->runs || !pair->weights) {
        PyErr_NoMemory();
        return -1;
    }
    for (ptrdiff_t i = 0; i < window[0] * window[2]; i++) {
        ptrdiff_t plane = i / window[2], x = i % window[2];
        char *weights = (char *)pair->weights + (size_t)pair->count * 2 * PAIR_ROWS * size;
        PairRun run = {plane, x * step, {0, 0}, weights};
        for (int k = 0; k < 2; k++)
            for (int y = 0; y < PAIR_ROWS; y++) {
                double weight = kernels[k][(plane * PAIR_ROWS + y) * window[2] + x];
                run.mask[k] |= (weight != 0) << y;
                if (wide)
                    ((double *)weights)[k * PAIR_ROWS + y] = weight;
                else
                    ((float *)weights)[k * PAIR_ROWS + y] = (float)weight;
            }
        if (run.mask[0] || run.mask[1])
            pair->runs[pair->count++] = run;
        for (int k = 0; k < 2; k++)
            if (run.mask[k] && run.mask[k] != MIDDLE && run.mask[k] != OUTER && run.mask[k] != ALL) {
                free(pair->runs);
                pair->runs = NULL;
                return 0;
            }
    }
    return 0;
}

static int borrow_image(Held *held, PyObject *array, Job *job) {
    Py_buffer *view = borrow(held, array, AXES, PyBUF_STRIDES);
    if (!view || kind_of(view, &job->kind))
        return -1;
    job->image = view->buf;
    for (int i = 0; i < AXES; i++) {
        job->axis[i].samples = view->shape[i];
        job->axis[i].stride = view->strides[i];
        if (view->shape[i] < 1)
            return refuse("the image is empty");
    }
    return 0;
}

static int borrow_outputs(Held *held, PyObject *outs, Job *job, enum kind *kind) {
    Py_ssize_t count = PyTuple_Size(outs);
    if (count != (job->magnitude ? 1 : job->kernels))
        return refuse("another number of outputs than results");
    for (Py_ssize_t k = 0; k < count; k++) {
        enum kind own;
        Py_buffer *view = borrow(held, PyTuple_GetItem(outs, k), AXES, PyBUF_C_CONTIGUOUS | PyBUF_WRITABLE);
        if (!view || kind_of(view, &own))
            return -1;
        if ((own != F32 && own != F64) || (k && own != *kind))
            return refuse("outputs are not all float32, or all float64");
        *kind = own;
        job->out[k] = view->buf;
        for (int i = 0; i < AXES; i++) {
            if (k && view->shape[i] != job->axis[i].outputs)
                return refuse("outputs differ in shape");
            if (view->shape[i] < 1)
                return refuse("an output is empty");
            job->axis[i].outputs = view->shape[i];
        }
    }
    return 0;
}

static int borrow_kernels(Held *held, PyObject *kernels, const ptrdiff_t window[AXES], ptrdiff_t step, int wide,
                          Job *job) {
    const ptrdiff_t column[AXES] = {window[0], window[1], 1}, row[AXES] = {1, 1, window[2]};
    for (int k = 0; k < job->kernels; k++) {
        PyObject *factors = PyTuple_GetItem(kernels, k);
        Py_ssize_t count = factors ? PyTuple_Size(factors) : -1;
        if (count < 0)
            return -1;
        if (count == 1 ? runs_of(held, PyTuple_GetItem(factors, 0), window, step, wide, &job->sums[k])
                       : count != 2 ? refuse("a kernel is one array of weights, or two")
                                    : runs_of(held, PyTuple_GetItem(factors, 0), column, step, wide, &job->columns[k]) ||
                                          runs_of(held, PyTuple_GetItem(factors, 1), row, step, wide, &job->sums[k]))
            return -1;
        job->separable[k] = count == 2;
    }
    if (job->kernels < 2 || job->separable[0] || job->separable[1] || window[1] != PAIR_ROWS)
        return 0;
    const double *dense[2] = {held->view[held->count - 2].buf, held->view[held->count - 1].buf};
    return pair_of(dense, window, step, wide, &job->pair);
}

static int borrow_edges(Held *held, PyObject *edges, Job *job, int windows) {
    if (PyTuple_Size(edges) != 2 * AXES)
        return refuse("edges are two an axis");
    for (int i = 0; i < AXES; i++) {
        Axis *axis = &job->axis[i];
        for (int side = 0; side < 2; side++) {
            enum kind kind;
            Py_buffer *view = borrow(held, PyTuple_GetItem(edges, 2 * i + side), 1, PyBUF_C_CONTIGUOUS);
            if (!view || kind_of(view, &kind))
                return -1;
            if (kind != I64)
                return refuse("edges are no int64");
            const int64_t *sources = view->buf;
            for (Py_ssize_t n = 0; n < view->shape[0]; n++)
                if (sources[n] < -1 || sources[n] >= axis->samples)
                    return refuse("an edge points outside of the image");
            *(side ? &axis->sources_after : &axis->sources_before) = sources;
            *(side ? &axis->after : &axis->before) = view->shape[0];
        }
        if (windows && axis->outputs + axis->window - 1 != axis->before + axis->samples + axis->after)
            return refuse("windows do not end where the extended image ends");
    }
    return 0;
}

/* Whether outputs are larger than the cache, and rows of so many samples begin at one of its lines. */
static int streams(const Job *job, int wide, ptrdiff_t row) {
    enum { LARGE = 8 << 20 };
    ptrdiff_t size = wide ? sizeof(double) : sizeof(float), all = size;
    for (int i = 0; i < AXES; i++)
        all *= job->axis[i].outputs;
    return row * size % 64 == 0 && all >= LARGE;
}

/* Divide the work: blocks whose rows stay in the cache next to the processor, claims that keep all threads busy. */
static void divide(Job *job, int wide, int threads) {
    enum { CACHE = 256 << 10, NARROWEST = 512 };
    size_t size = wide ? sizeof(double) : sizeof(float);
    const Axis *axis = job->axis;
    job->block_rows = axis[0].window == 1 ? ROWS : 4 * ROWS;
    ptrdiff_t rows = axis[0].window * (job->block_rows + axis[1].window - 1);
    ptrdiff_t width = (ptrdiff_t)(CACHE / size) / rows / 64 * 64;
    job->block_width = width < NARROWEST ? NARROWEST : width;
    job->stream = streams(job, wide, axis[2].outputs);
    job->items = blocks_across(job) * blocks_down(job) * axis[0].outputs;
    job->claim = threads == 1 ? job->items : 1 + job->items / (8 * (ptrdiff_t)threads);
}

typedef struct {
    Job *job;
    void (*work)(Job *, ptrdiff_t, ptrdiff_t, void *);
    size_t bytes;
} Task;

static void share(void *argument) {
    Task *task = argument;
    Job *job = task->job;
    void *space = space_take(task->bytes);
    if (!space)
        return;
    for (;;) {
        ptrdiff_t first = __atomic_fetch_add(&job->next, job->claim, __ATOMIC_RELAXED);
        if (first >= job->items)
            break;
        task->work(job, first, first + job->claim < job->items ? first + job->claim : job->items, space);
    }
    space_give(space);
}

/* Do all items, without the lock of Python; a thread without memory leaves its part to the others. */
static int run(Task *task, int threads) {
    Py_BEGIN_ALLOW_THREADS
    pool_run(threads, share, task);
    Py_END_ALLOW_THREADS
    if (task->job->next < task->job->items) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

/* Give back what was borrowed, and return what Python is told. */
static PyObject *ended(Held *held, int failed) {
    while (held->count)
        PyBuffer_Release(&held->view[--held->count]);
    if (failed)
        return NULL;
    Py_RETURN_NONE;
}

/* correlate(image, outs, kernels, edges, window, step, magnitude, threads) */
static PyObject *correlate(PyObject *self, PyObject *arguments) {
    PyObject *image, *outs, *kernels, *edges;
    Py_ssize_t window[AXES], step;
    int magnitude, threads;
    (void)self;
    if (!PyArg_ParseTuple(arguments, "OO!O!O!(nnn)npi", &image, &PyTuple_Type, &outs, &PyTuple_Type, &kernels,
                          &PyTuple_Type, &edges, &window[0], &window[1], &window[2], &step, &magnitude, &threads))
        return NULL;
    Held held = {.count = 0};
    Job job = {.kernels = (int)PyTuple_Size(kernels), .magnitude = magnitude};
    enum kind kind = F64;
    int failed = 0;
    if (job.kernels < 1 || job.kernels > 2 || (magnitude && job.kernels != 2))
        failed = refuse("another number of kernels than one or two");
    for (int i = 0; i < AXES && !failed; i++)
        if (window[i] < 1 || window[i] > (1 << 20) || step < 1 || step > (1 << 20))
            failed = refuse("a window without samples, or too large");
    if (!failed) {
        failed = borrow_image(&held, image, &job) || borrow_outputs(&held, outs, &job, &kind) ||
                 borrow_kernels(&held, kernels, window, step, kind == F64, &job);
        for (int i = 0; i < AXES; i++)
            job.axis[i].window = i == 2 ? (window[i] - 1) * step + 1 : window[i];
        failed = failed || borrow_edges(&held, edges, &job, 1);
    }
    if (!failed) {
        int wide = kind == F64;
        divide(&job, wide, threads);
        Task task = {&job, wide ? instructions->work_f64 : instructions->work_f32,
                     wide ? instructions->space_f64(&job) : instructions->space_f32(&job)};
        failed = run(&task, threads);
    }
    for (int k = 0; k < 2; k++) {
        free(job.columns[k].runs);
        free(job.columns[k].weights);
        free(job.sums[k].runs);
        free(job.sums[k].weights);
    }
    free(job.pair.runs);
    free(job.pair.weights);
    return ended(&held, failed);
}

/* box(image, outs, edges, window, weight, threads) -> whether sums are right: one bad sample spoils those after it */
static PyObject *box(PyObject *self, PyObject *arguments) {
    enum { WINDOWS = 4, SHORTEST = 64 }; /* of a band: how much of it is summed twice */
    PyObject *image, *outs, *edges;
    Py_ssize_t window[AXES];
    int threads;
    Held held = {.count = 0};
    Job job = {.kernels = 1};
    enum kind kind = F64;
    (void)self;
    if (!PyArg_ParseTuple(arguments, "OO!O!(nnn)di", &image, &PyTuple_Type, &outs, &PyTuple_Type, &edges, &window[0],
                          &window[1], &window[2], &job.weight, &threads))
        return NULL;
    int failed = window[0] == 1 ? 0 : refuse("boxes are flat");
    for (int i = 0; i < AXES && !failed; i++) {
        job.axis[i].window = window[i];
        if (window[i] < 1 || window[i] > (1 << 20))
            failed = refuse("a window without samples, or too large");
    }
    failed = failed || borrow_image(&held, image, &job) || borrow_outputs(&held, outs, &job, &kind) ||
             borrow_edges(&held, edges, &job, 1);
    if (!failed) {
        job.wide = kind == F64;
        job.block_rows = window[1] * WINDOWS < SHORTEST ? SHORTEST : window[1] * WINDOWS;
        job.items = blocks_down(&job) * job.axis[0].outputs;
        job.claim = 1;
        Task task = {&job, instructions->work_box, instructions->space_box(&job)};
        failed = run(&task, threads);
    }
    PyObject *nothing = ended(&held, failed);
    if (nothing) {
        Py_DECREF(nothing);
        return PyBool_FromLong(!job.spoiled);
    }
    return NULL;
}

/* recursive(image, outs, recursion, edges, threads): along the middle one of three axes */
static PyObject *recursive(PyObject *self, PyObject *arguments) {
    PyObject *image, *outs, *recursion, *edges;
    int threads;
    Held held = {.count = 0};
    Job job = {.kernels = 1};
    enum kind kind = F64, own;
    (void)self;
    if (!PyArg_ParseTuple(arguments, "OO!OO!i", &image, &PyTuple_Type, &outs, &recursion, &PyTuple_Type, &edges, &threads))
        return NULL;
    int failed = borrow_image(&held, image, &job) || borrow_outputs(&held, outs, &job, &kind);
    for (int i = 0; i < AXES && !failed; i++)
        if (job.axis[i].outputs != job.axis[i].samples)
            failed = refuse("the output has another shape than the image");
    /* a line goes on beyond its ends, but has no results there */
    failed = failed || borrow_edges(&held, edges, &job, 0);
    if (!failed) {
        Py_buffer *view = borrow(&held, recursion, 1, PyBUF_C_CONTIGUOUS);
        failed = !view || kind_of(view, &own) ? -1 : own != F64 ? refuse("a recursion is no float64") : 0;
        if (!failed) {
            job.recursion = view->buf;
            job.pairs = view->shape[0] == HEAD + 2 * EACH ? 2 : 3;
            if (view->shape[0] != HEAD + job.pairs * EACH)
                failed = refuse("a recursion has two pairs of states, or three");
        }
    }
    if (!failed) {
        int wide = kind == F64;
        job.stream = streams(&job, wide, job.axis[job.axis[2].samples == 1 ? 1 : 2].outputs);
        job.items = wide ? instructions->items_recursive_f64(&job) : instructions->items_recursive_f32(&job);
        job.claim = threads == 1 ? job.items : 1 + job.items / (8 * (ptrdiff_t)threads);
        Task task = {&job, wide ? instructions->work_recursive_f64 : instructions->work_recursive_f32,
                     wide ? instructions->space_recursive_f64(&job) : instructions->space_recursive_f32(&job)};
        failed = run(&task, threads);
    }
    return ended(&held, failed);
}

/* Borrow flat arrays of double, of two axes and of one shape: components of a gradient and its magnitude. */
static int borrow_gradient(Held *held, PyObject *const arrays[3], int magnitude_flags, Job *job) {
    for (int i = 0; i < 3; i++) {
        enum kind kind;
        Py_buffer *view = borrow(held, arrays[i], 2, PyBUF_C_CONTIGUOUS | (i == 2 ? magnitude_flags : 0));
        if (!view || kind_of(view, &kind))
            return -1;
        if (kind != F64)
            return refuse("a gradient is no float64");
        if (i && (view->shape[0] != job->axis[1].outputs || view->shape[1] != job->axis[2].outputs))
            return refuse("a gradient and its magnitude differ in shape");
        job->axis[1].outputs = view->shape[0];
        job->axis[2].outputs = view->shape[1];
        *(i == 2 ? &job->crest.magnitude : &job->crest.components[i]) = view->buf;
    }
    return 0;
}

static int run_rows(Job *job, void (*work)(Job *, ptrdiff_t, ptrdiff_t, void *), int threads) {
    job->items = (job->axis[1].outputs + CREST_ROWS - 1) / CREST_ROWS;
    job->claim = threads == 1 ? job->items : 1 + job->items / (4 * (ptrdiff_t)threads);
    Task task = {job, work, 0};
    return job->items ? run(&task, threads) : 0;
}

/* lengths(down, across, magnitude, least, threads): fills the magnitude */
static PyObject *lengths(PyObject *self, PyObject *arguments) {
    PyObject *arrays[3];
    int threads;
    Held held = {.count = 0};
    Job job = {.kernels = 1};
    (void)self;
    if (!PyArg_ParseTuple(arguments, "OOOdi", &arrays[0], &arrays[1], &arrays[2], &job.crest.least, &threads))
        return NULL;
    int failed = borrow_gradient(&held, arrays, PyBUF_WRITABLE, &job);
    failed = failed || run_rows(&job, instructions->work_lengths, threads);
    return ended(&held, failed);
}

/* Borrow an array of bytes. */
static Py_buffer *borrow_bytes(Held *held, PyObject *array, int axes) {
    enum kind kind;
    Py_buffer *view = borrow(held, array, axes, PyBUF_C_CONTIGUOUS | PyBUF_WRITABLE);
    if (!view || kind_of(view, &kind))
        return NULL;
    if (kind != U8) {
        refuse("marks are no bytes");
        return NULL;
    }
    return view;
}

/* crests(down, across, magnitude, codes, low, threads): fills codes with 1 at peaks and 2 where plateaus begin */
static PyObject *crests(PyObject *self, PyObject *arguments) {
    PyObject *arrays[3], *codes;
    int threads;
    Held held = {.count = 0};
    Job job = {.kernels = 1};
    (void)self;
    if (!PyArg_ParseTuple(arguments, "OOOOdi", &arrays[0], &arrays[1], &arrays[2], &codes, &job.crest.low, &threads))
        return NULL;
    int failed = borrow_gradient(&held, arrays, 0, &job);
    Py_buffer *view = failed ? NULL : borrow_bytes(&held, codes, 2);
    failed = !view ? -1
             : view->shape[0] == job.axis[1].outputs && view->shape[1] == job.axis[2].outputs
                 ? 0
                 : refuse("marks have another shape than the gradient");
    if (!failed) {
        job.crest.codes = view->buf;
        failed = run_rows(&job, instructions->work_crests, threads);
    }
    return ended(&held, failed);
}

/* hold(levels, reach): makes 2 of each 1 that is connected to a 2, along at most so many axes at once */
static PyObject *hold_levels(PyObject *self, PyObject *arguments) {
    PyObject *levels;
    int reach, failed;
    Held held = {.count = 0};
    (void)self;
    if (!PyArg_ParseTuple(arguments, "Oi", &levels, &reach))
        return NULL;
    Py_buffer *view = borrow_bytes(&held, levels, AXES);
    failed = view ? 0 : -1;
    if (!failed) {
        const ptrdiff_t shape[AXES] = {view->shape[0], view->shape[1], view->shape[2]};
        Py_BEGIN_ALLOW_THREADS
        failed = hold(view->buf, shape, reach);
        Py_END_ALLOW_THREADS
        if (failed)
            PyErr_NoMemory();
    }
    return ended(&held, failed);
}

/* instruction_sets() -> their names, the best first */
static PyObject *instruction_sets(PyObject *self, PyObject *unused) {
    const Instructions *usable[3];
    int count = usable_instructions(usable);
    PyObject *names = PyList_New(0);
    (void)self;
    (void)unused;
    for (int i = 0; names && i < count; i++) {
        PyObject *name = PyUnicode_FromString(usable[i]->name);
        if (!name || PyList_Append(names, name))
            Py_CLEAR(names);
        Py_XDECREF(name);
    }
    return names;
}

/* use(name): sum with these instructions from now on */
static PyObject *use(PyObject *self, PyObject *name) {
    const Instructions *usable[3];
    int count = usable_instructions(usable);
    (void)self;
    for (int i = 0; i < count; i++)
        if (PyUnicode_Check(name) && !PyUnicode_CompareWithASCIIString(name, usable[i]->name)) {
            instructions = usable[i];
            Py_RETURN_NONE;
        }
    refuse("this processor has no such instructions");
    return NULL;
}

static PyMethodDef methods[] = {
    {"correlate", correlate, METH_VARARGS, "Fill outputs with correlations of an image with one or two kernels."},
    {"box", box, METH_VARARGS, "Fill an output with sums over rectangles, times a weight."},
    {"recursive", recursive, METH_VARARGS, "Fill an output with recursions there and back along the middle axis."},
    {"lengths", lengths, METH_VARARGS, "Fill an array with the lengths of a gradient of two components."},
    {"crests", crests, METH_VARARGS, "Mark where a magnitude is largest along its gradient, and where plateaus begin."},
    {"hold", hold_levels, METH_VARARGS, "Mark as strong what is weak and connected to something strong."},
    {"instruction_sets", instruction_sets, METH_NOARGS, "List the instructions there are, the best first."},
    {"use", use, METH_O, "Sum with these instructions from now on; the best are used when nobody says so."},
    {NULL, NULL, 0, NULL},
};

static int execute(PyObject *module) {
    (void)module;
    const Instructions *usable[3];
    usable_instructions(usable);
    instructions = usable[0];
    pool_prepare();
    return 0;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, execute}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_native", "Correlations, compiled.", 0, methods, slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__native(void) { return PyModuleDef_Init(&definition); }
