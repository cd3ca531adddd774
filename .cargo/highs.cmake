# HiGHS with several files of its code in each compilation, as its own build has it on macOS: half the time. Read by the build of
# highs-sys, through CMAKE_TOOLCHAIN_FILE.
set(CMAKE_UNITY_BUILD ON)
set(CMAKE_UNITY_BUILD_BATCH_SIZE 8)
