;; Makes a string of units that lie in the core's memory, by a function that engines have for WebAssembly: `builders/js-strings.ts`. It takes them from
;; an array of the engine's own, so they are copied there first, four at a time: what is read and written beyond them is in nobody's way.
(module
  (type $units (array (mut i16)))
  (import "wasm:js-string" "fromCharCodeArray"
    (func $string (param (ref null $units) i32 i32) (result (ref extern))))
  (import "core" "memory" (memory 1))
  ;; As many as `MAX_LENGTH` in js-strings.ts says.
  (global $own (ref $units) (array.new_default $units (i32.const 16384)))
  (func (export "text") (param $place i32) (param $length i32) (result (ref extern))
    (local $own (ref $units)) (local $at i32) (local $four i64)
    (local.set $own (global.get $own))
    (loop $next
      (local.set $four (i64.load align=2 (i32.add (local.get $place) (i32.shl (local.get $at) (i32.const 1)))))
      (array.set $units (local.get $own) (local.get $at) (i32.wrap_i64 (local.get $four)))
      (array.set $units (local.get $own) (i32.add (local.get $at) (i32.const 1))
        (i32.wrap_i64 (i64.shr_u (local.get $four) (i64.const 16))))
      (array.set $units (local.get $own) (i32.add (local.get $at) (i32.const 2))
        (i32.wrap_i64 (i64.shr_u (local.get $four) (i64.const 32))))
      (array.set $units (local.get $own) (i32.add (local.get $at) (i32.const 3))
        (i32.wrap_i64 (i64.shr_u (local.get $four) (i64.const 48))))
      (br_if $next
        (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4))) (local.get $length))))
    (call $string (local.get $own) (i32.const 0) (local.get $length))))
