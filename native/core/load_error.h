// How loading a model's files fails, in one wording.
#pragma once

#include <string>

#include "status.h"

namespace abstractllm {

// "Cannot load "<path>": <what>. <remedy>", kModelLoading.
Status CannotLoad(const std::string& path, const std::string& what, const std::string& remedy,
                  Details details = {});

// What CannotLoad is told as the remedy when the file contradicts itself.
inline constexpr char kGetAgain[] =
    "The file is damaged, or a faulty program wrote it; get it again.";

// The host ran out of memory: kResource.
Status NoMemoryToLoad(const std::string& path);

// A name from a file, quoted, fit for a message: short, without control characters.
std::string Show(const std::string& name);

}  // namespace abstractllm
