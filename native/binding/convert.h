// JavaScript arguments as core structs. TypeScript has validated them; a wrong type
// here is a bug of the package, and throws a TypeError that names the field.
#pragma once

#include "job.h"
#include "napi_setup.h"

namespace abstractllm {

// Thread: JavaScript's, for all of them.
LoadRequest LoadRequestFromJs(const Napi::Object& object);
GenerateRequest GenerateRequestFromJs(const Napi::Object& object);
ScoreRequest ScoreRequestFromJs(const Napi::Object& object);
EmbedRequest EmbedRequestFromJs(const Napi::Object& object);
RerankRequest RerankRequestFromJs(const Napi::Object& object);
ClassifyRequest ClassifyRequestFromJs(const Napi::Object& object);
std::vector<int32_t> TokensFromJs(const Napi::Value& value, const char* name);

}  // namespace abstractllm
