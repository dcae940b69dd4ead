#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| poolproof_harness::fuzzing::redirect(data));
