// Compiled into models/whisper-enc.cpp of the engine (cmake/clip_hooks.cmake). A model sees a
// sound that is shorter than its window with silence behind it, and attends to the sound alone.
// The graph takes any number of frames, but nothing behind the last: its convolutions would see
// zeros there, which is not what silence looks like. An odd number of frames says that the last
// one is for them to look at: the second convolution leaves it out.
#pragma once

#include <ggml.h>

namespace abstractllm {

inline ggml_tensor* ConvolveSound(ggml_context* context, ggml_tensor* kernel, ggml_tensor* frames,
                                  int stride, int dilation) {
  if (stride == 2 && frames->ne[0] % 2 == 1) {
    frames = ggml_cont(
        context, ggml_view_2d(context, frames, frames->ne[0] - 1, frames->ne[1], frames->nb[1], 0));
  }
  return ggml_conv_1d_ph(context, kernel, frames, stride, dilation);
}

}  // namespace abstractllm

#define ggml_conv_1d_ph abstractllm::ConvolveSound
