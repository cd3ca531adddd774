# Compiles several source files of HiGHS in one unit, as HiGHS's own build does on macOS. This halves the build time. The build script
# of highs-sys reads this file through CMAKE_TOOLCHAIN_FILE.
set(CMAKE_UNITY_BUILD ON)
set(CMAKE_UNITY_BUILD_BATCH_SIZE 16)
# The dev profile asks for level 2, which solves as fast as 3; highs-sys itself builds with 3 at every level.
if("$ENV{OPT_LEVEL}" MATCHES "^[12]$")
  set(CMAKE_C_FLAGS_RELEASE "-O$ENV{OPT_LEVEL} -DNDEBUG" CACHE STRING "")
  set(CMAKE_CXX_FLAGS_RELEASE "-O$ENV{OPT_LEVEL} -DNDEBUG" CACHE STRING "")
endif()
