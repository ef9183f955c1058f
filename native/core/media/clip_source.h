// Compiled into the engine's clip.cpp (cmake/engine.cmake), which opens files by name and
// computes with threads of its own: it reads what clip_files.h gives it instead, and computes
// as clip_compute.h does.
#pragma once

// Before the names below mean something else.
#include <clip-impl.h>
#include <ggml-backend.h>
#include <gguf.h>

#include "clip_compute.h"
#include "clip_files.h"
#include "clip_sound_pool.h"

#define gguf_init_from_file abstractllm::OpenClipHeader
#define open_ifstream_binary abstractllm::OpenClipStream
#define ggml_backend_sched_graph_compute abstractllm::ComputeClipGraph
