//! Letters, as titles and secrets are compared. The standard library's tables of all scripts would add 3 kB gzip to the module.

/// Whether a character is a letter. Beyond Latin and Cyrillic, what is no sign, punctuation or symbol counts as one.
#[must_use]
#[expect(clippy::match_same_arms, reason = "one line for each kind of character")]
pub fn is_letter(c: char) -> bool {
    match c {
        '\0'..='\u{7F}' => c.is_ascii_alphabetic(),
        '\u{80}'..='\u{BF}' | '×' | '÷' => false,
        // Punctuation and symbols, private use, presentation forms.
        '\u{2000}'..='\u{2BFF}' | '\u{3000}'..='\u{303F}' | '\u{E000}'..='\u{F8FF}' => false,
        '\u{FE00}'..='\u{FEFF}' | '\u{FF00}'..='\u{FF20}' | '\u{FFF0}'.. => false,
        _ => !c.is_whitespace(),
    }
}

/// The lower case of a Latin or Cyrillic letter.
#[must_use]
pub fn to_lowercase(c: char) -> char {
    let offset = match c {
        'A'..='Z' | 'А'..='Я' => 32,
        'Ѐ'..='Џ' => 80,
        'Ґ' => 1,
        _ => 0,
    };
    char::from_u32(u32::from(c).saturating_add(offset)).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_those_of_the_standard_library() {
        let assigned = ('\0'..='\u{A9}').chain('\u{BB}'..='\u{17F}').chain('Ѐ'..='ҁ').chain('Ҋ'..='\u{52F}');
        for c in assigned.chain("ΑωΩაჰՀայ中文漢字ひらカナ한글".chars()) {
            assert_eq!(is_letter(c), c.is_alphabetic(), "U+{:04X}", u32::from(c));
        }
        for c in "€№–«»…→•“”\u{A0}\u{2003}\u{3000}\u{FEFF}\u{FFFD}".chars() {
            assert!(!is_letter(c), "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn lower_case_is_that_of_the_standard_library() {
        for c in ('\0'..='\u{7F}').chain('\u{400}'..='\u{45F}').chain("ҐґєЄіІїЇ№€".chars()) {
            assert_eq!(Some(to_lowercase(c)), c.to_lowercase().next(), "{c}");
        }
    }
}
