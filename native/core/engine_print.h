// Compiled into two files of the engine (cmake/engine.cmake) that print to stderr: a
// library does not print, and what they say is the reason of an error.
#pragma once

#include <cstdio>

int abstractllm_engine_print(std::FILE* stream, const char* format, ...);
#define fprintf abstractllm_engine_print
