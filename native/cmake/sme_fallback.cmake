# GCC before 14 and clang before 18 cannot compile Arm's SME. ggml has two CPU variants
# for it and no switch to leave them out, so there they are built for the CPU
# generation below; on a machine with SME they are then as fast as that one.
if(NOT TARGET ggml-cpu-armv9.2_1)
  return()
endif()

include(CheckCXXCompilerFlag)
check_cxx_compiler_flag("-march=armv9.2-a+sme" ENGINE_COMPILER_HAS_SME)
if(ENGINE_COMPILER_HAS_SME)
  return()
endif()

foreach(target ggml-cpu-armv9.2_1 ggml-cpu-armv9.2_2)
  get_target_property(options ${target} COMPILE_OPTIONS)
  string(REPLACE "armv9.2-a" "armv8.6-a" options "${options}")
  string(REPLACE "+sme" "" options "${options}")
  set_target_properties(${target} PROPERTIES COMPILE_OPTIONS "${options}")
endforeach()
