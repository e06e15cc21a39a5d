;; Creates a string from UTF-16 units in the core's memory with the engine's built-in function for WebAssembly; `builders/js-strings.ts`
;; loads this module. The function reads from a garbage-collected array, so the units are copied to it first, four at a time. The loop
;; copies up to three units after the string, which are ignored.
(module
  (type $units (array (mut i16)))
  (import "wasm:js-string" "fromCharCodeArray"
    (func $from_char_code_array (param (ref null $units) i32 i32) (result (ref extern))))
  (import "core" "memory" (memory 1))
  ;; The length is `MAX_LENGTH` in js-strings.ts.
  (global $buffer (ref $units) (array.new_default $units (i32.const 16384)))
  (func (export "text") (param $address i32) (param $length i32) (result (ref extern))
    (local $array (ref $units)) (local $index i32) (local $four i64)
    (local.set $array (global.get $buffer))
    (loop $next
      (local.set $four (i64.load align=2 (i32.add (local.get $address) (i32.shl (local.get $index) (i32.const 1)))))
      (array.set $units (local.get $array) (local.get $index) (i32.wrap_i64 (local.get $four)))
      (array.set $units (local.get $array) (i32.add (local.get $index) (i32.const 1))
        (i32.wrap_i64 (i64.shr_u (local.get $four) (i64.const 16))))
      (array.set $units (local.get $array) (i32.add (local.get $index) (i32.const 2))
        (i32.wrap_i64 (i64.shr_u (local.get $four) (i64.const 32))))
      (array.set $units (local.get $array) (i32.add (local.get $index) (i32.const 3))
        (i32.wrap_i64 (i64.shr_u (local.get $four) (i64.const 48))))
      (br_if $next
        (i32.lt_u (local.tee $index (i32.add (local.get $index) (i32.const 4))) (local.get $length))))
    (call $from_char_code_array (local.get $array) (i32.const 0) (local.get $length))))
