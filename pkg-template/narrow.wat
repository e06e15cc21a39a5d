;; Narrows UTF-16 units to the bytes of windows-1251; `builders/narrow-strings.ts` loads this module. ASCII and the letters from U+0410 to
;; U+044F are converted 16 at a time, and a group with any other unit by the table. Up to 15 units after the text are narrowed, too.
(module
  ;; The units, from 32768 on the bytes, and from 65536 on the byte of each unit, which the caller fills in.
  (memory (export "memory") 2)
  (func (export "narrow") (param $length i32)
    (local $index i32) (local $end i32)
    (local $a v128) (local $b v128) (local $letters_a v128) (local $letters_b v128)
    (local $ascii v128) (local $first_letter v128) (local $letters v128) (local $offset v128)
    (local.set $ascii (i16x8.splat (i32.const 0x80)))
    (local.set $first_letter (i16x8.splat (i32.const 0x410)))
    (local.set $letters (i16x8.splat (i32.const 0x40)))
    (local.set $offset (i16x8.splat (i32.const 0x350)))
    (loop $next
      (local.set $a (v128.load (i32.shl (local.get $index) (i32.const 1))))
      (local.set $b (v128.load offset=16 (i32.shl (local.get $index) (i32.const 1))))
      (local.set $letters_a (i16x8.lt_u (i16x8.sub (local.get $a) (local.get $first_letter)) (local.get $letters)))
      (local.set $letters_b (i16x8.lt_u (i16x8.sub (local.get $b) (local.get $first_letter)) (local.get $letters)))
      (if
        (i16x8.all_true
          (v128.and
            (v128.or (local.get $letters_a) (i16x8.lt_u (local.get $a) (local.get $ascii)))
            (v128.or (local.get $letters_b) (i16x8.lt_u (local.get $b) (local.get $ascii)))))
        (then
          (v128.store offset=32768 (local.get $index)
            (i8x16.narrow_i16x8_u
              (i16x8.sub (local.get $a) (v128.and (local.get $letters_a) (local.get $offset)))
              (i16x8.sub (local.get $b) (v128.and (local.get $letters_b) (local.get $offset)))))
          (local.set $index (i32.add (local.get $index) (i32.const 16))))
        (else
          (local.set $end (i32.add (local.get $index) (i32.const 16)))
          (loop $unit
            (i32.store8 offset=32768 (local.get $index)
              (i32.load8_u offset=65536 (i32.load16_u (i32.shl (local.get $index) (i32.const 1)))))
            (br_if $unit
              (i32.lt_u (local.tee $index (i32.add (local.get $index) (i32.const 1))) (local.get $end))))))
      (br_if $next (i32.lt_u (local.get $index) (local.get $length))))))
