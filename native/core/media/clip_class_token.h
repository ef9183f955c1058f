// Compiled into two graphs of the engine (cmake/engine.cmake), models/llava.cpp and
// models/internvl.cpp, which put the class token behind the patches, although its position
// embedding is the first: each patch then has the position of the one before. LLaVA's graph
// also takes the class token's output for the last patch's, and leaves the first one out. Here
// the class token comes first, as in the models. To be removed when the engine does so.
#pragma once

#include <ggml.h>

namespace abstractllm {

// Both join rows for the class token only (LLaVA's also for GLM-Edge, which is not served);
// along other dimensions it is features that are joined.
inline ggml_tensor* JoinClassToken(ggml_context* context, ggml_tensor* patches, ggml_tensor* token,
                                   int dimension) {
  return dimension == 1 ? ggml_concat(context, token, patches, dimension)
                        : ggml_concat(context, patches, token, dimension);
}

// InternVL's leaves the class token out by this view of all other rows.
inline ggml_tensor* ViewPatches(ggml_context* context, ggml_tensor* rows, int64_t ne0, int64_t ne1,
                                int64_t ne2, size_t nb1, size_t nb2, size_t) {
  return ggml_view_3d(context, rows, ne0, ne1, ne2, nb1, nb2, nb1);
}

}  // namespace abstractllm

#define ggml_concat abstractllm::JoinClassToken
#define ggml_view_3d abstractllm::ViewPatches
