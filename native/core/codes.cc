#include "codes.h"

namespace abstractllm {

const char* CodeName(Code code) {
  switch (code) {
    case Code::kOk:
      return "OK";
#define ABSTRACTLLM_CODE_CASE(value, name) \
  case Code::value:                        \
    return name;
      ABSTRACTLLM_CODES(ABSTRACTLLM_CODE_CASE)
#undef ABSTRACTLLM_CODE_CASE
    case Code::kAborted:
      return "ABORTED";
  }
  return "INTERNAL";
}

}  // namespace abstractllm
