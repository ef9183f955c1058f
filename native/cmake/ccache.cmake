# Compile through ccache when it is installed. GGML_CCACHE is off (engine.cmake),
# so this is the only place that decides.
find_program(ABSTRACTLLM_CCACHE ccache)
if(ABSTRACTLLM_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER "${ABSTRACTLLM_CCACHE}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${ABSTRACTLLM_CCACHE}")
endif()
