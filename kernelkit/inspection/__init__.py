"""First layers of trained nets as measured statements: what each filter is, and what the layer is made of.

Files: ``weights`` ``safetensors_file`` ``torch_file`` ``onnx`` ``protobuf`` ``tfjs`` ``numpy_file`` (weights out of any
file, none of which can execute anything); ``layer`` (the layer that is meant); ``colour`` ``gabor`` ``spectrum``
``nearest`` ``pairs`` (what is measured); ``measures`` ``classes`` ``summary`` ``inspect`` (one value that holds all of
it); ``first_filters`` (filters that natural pictures teach by themselves).
"""
