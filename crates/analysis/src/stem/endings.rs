//! Endings of languages for which no stemmer is published under a licence that fits: a light stemmer each, written for the
//! analyzers that stand in for Microsoft's (analysis.md §8, tiers B and D).
//!
//! The longest ending that leaves enough of the word goes. Nouns and adjectives meet
//! their plurals and cases, verbs some of their forms. What changes inside of a word is left alone.

use std::collections::BTreeMap;
use std::sync::OnceLock;

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Endings {
    Bengali,
    /// And Serbian in Latin letters.
    Croatian,
    Estonian,
    Gujarati,
    Icelandic,
    Kannada,
    Malayalam,
    Marathi,
    Punjabi,
    /// In Cyrillic letters.
    Serbian,
    Slovak,
    Slovenian,
    Tamil,
    Telugu,
    Ukrainian,
    Urdu,
}

/// What a language's endings are, and how many units must be left of a word.
struct Table {
    left: usize,
    endings: &'static str,
}

/// Endings cut up, by the unit they end in: the longest first.
#[derive(Debug)]
pub(super) struct Split {
    left: usize,
    endings: BTreeMap<u16, Vec<Box<[u16]>>>,
}

impl Split {
    pub(super) fn new(left: usize, endings: &str) -> Self {
        let mut split = Self { left, endings: BTreeMap::new() };
        for ending in endings.split_whitespace() {
            let ending: Box<[u16]> = ending.encode_utf16().collect();
            if let Some(last) = ending.last() {
                split.endings.entry(*last).or_default().push(ending);
            }
        }
        for endings in split.endings.values_mut() {
            endings.sort_by_key(|ending| std::cmp::Reverse(ending.len()));
        }
        split
    }

    /// Units of the longest ending that leaves enough of the word.
    pub(super) fn longest(&self, word: &[u16]) -> Option<usize> {
        let endings = self.endings.get(word.last()?)?;
        let longest =
            endings.iter().find(|ending| word.len() >= self.left + ending.len() && word.ends_with(ending));
        longest.map(|ending| ending.len())
    }
}

impl Endings {
    const COUNT: usize = 16;

    #[cfg(test)]
    pub(super) const ALL: [Self; Self::COUNT] = [
        Self::Bengali,
        Self::Croatian,
        Self::Estonian,
        Self::Gujarati,
        Self::Icelandic,
        Self::Kannada,
        Self::Malayalam,
        Self::Marathi,
        Self::Punjabi,
        Self::Serbian,
        Self::Slovak,
        Self::Slovenian,
        Self::Tamil,
        Self::Telugu,
        Self::Ukrainian,
        Self::Urdu,
    ];

    /// Takes the ending off.
    pub(super) fn strip(self, word: &mut Vec<u16>) {
        word.truncate(word.len() - self.split().longest(word).unwrap_or(0));
    }

    /// The endings as units, made when they are first needed.
    fn split(self) -> &'static Split {
        static SPLIT: [OnceLock<Split>; Endings::COUNT] = [const { OnceLock::new() }; Endings::COUNT];
        static NOTHING: Split = Split { left: 0, endings: BTreeMap::new() };
        SPLIT.get(self as usize).map_or(&NOTHING, |split| {
            split.get_or_init(|| {
                let Table { left, endings } = self.table();
                Split::new(left, endings)
            })
        })
    }

    #[rustfmt::skip]
    fn table(self) -> Table {
        match self {
            Self::Bengali => Table { left: 2, endings: "\
                গুলোকে গুলোর গুলোতে গুলির গুলিকে গুলো গুলি গুলা দেরকে দের েদের রা েরা কে ের \u{9df}ের \u{9df} র টি টা টির টার টিকে টাকে খানা খানি তে ে \
                েছিলাম েছিলেন েছিল েছেন েছে েছি িলাম িলেন িল ছিলাম ছিলেন ছিল বেন বে বো ছে ছি ছেন" },
            Self::Croatian => Table { left: 3, endings: "\
                a e i o u om em ama ima og oga ega omu emu oj im ih omu ov ova ove ovi ovima ev eva eve evi evima \
                ati iti eti ao la lo li le io ila ilo ili ile ala alo ali ale am em im aš eš iš amo emo imo ate ete ite aju uje ujem uju nu nuti" },
            Self::Estonian => Table { left: 3, endings: "\
                d t te de ad ed id ud sid sse s st l le lt ks ni na ta ga ks \
                desse des dest del dele delt deks deni dena deta dega us ut tesse tes test tel tele telt teks teni tena teta tega \
                isse is ist il ile ilt iks ini ina ita iga \
                usse us ust ul ule ult uks asse as ast al ale alt aks esse es est el ele elt eks \
                a e i u o in n b me vad ma da sin sime site" },
            Self::Gujarati => Table { left: 2, endings: "\
                ઓ ો ાને ાનો ાની ાનું ામાં ાથી ોએ ોને ોનો ોની ોનું ોના ોમાં ોથી ઓને ઓનો ઓની ઓનું ઓના ઓમાં ઓથી ને નો ની નું ના માં થી એ ે ું ી ા ુ" },
            Self::Icelandic => Table { left: 3, endings: "\
                anna unum inum inni innar anum anna arnir arnar irnar urnar urinn inn in ið num num nar nir num \
                ar ir ur um a i u s ns sins arinnar unnar una inu ina ins ann an unni anni ði ðu ðir ðum aði uðu aðir uðum ast" },
            Self::Kannada => Table { left: 2, endings: "\
                ಗಳು ಗಳನ್ನು ಗಳಿಗೆ ಗಳಿಂದ ಗಳಲ್ಲಿ ಗಳ ಅನ್ನು ನ್ನು ವನ್ನು ಯನ್ನು ಿಗೆ ಿಂದ ದಿಂದ ಯಿಂದ ಲ್ಲಿ ದಲ್ಲಿ ಯಲ್ಲಿ ದ ಗೆ ಕ್ಕೆ ರು ರನ್ನು ರಿಗೆ ವು ು" },
            Self::Malayalam => Table { left: 2, endings: "\
                കൾ കളെ കളുടെ കൾക്ക് കളിൽ കളോട് കളാൽ ങ്ങൾ ങ്ങളെ ങ്ങളുടെ ങ്ങൾക്ക് ങ്ങളിൽ മാർ ം ത്തിന്റെ ത്തിൽ ത്തെ ത്തിന് ിന്റെ ിൽ ിന് ുടെ െ യുടെ യിൽ യെ യ്ക്ക് ന്റെ ്" },
            Self::Marathi => Table { left: 2, endings: "\
                ांना ांनी ांचा ांची ांचे ांच्या ांमध्ये ांवर ांत ांतून ां ाला ाने ाचा ाची ाचे ाच्या ामध्ये ावर ात ातून ीला ीने ीचा ीची ीचे ीच्या ीत ीवर \
                ला ने चा ची चे च्या मध्ये वर त तून े ी ा ो ू" },
            Self::Punjabi => Table { left: 2, endings: "ਾਂ ੀਆਂ ਿਆਂ ਿਓ ੀਓ ੋ ੇ ਾ ੀ ਆਂ ਵਾਂ ੀਆ ੂੰ ੇਗਾ ੇਗੀ ਣਗੇ ਦਾ ਦੀ ਦੇ ਦੀਆਂ ਣਾ ਣੀ ਣੇ" },
            Self::Serbian => Table { left: 3, endings: "\
                а е и о у ом ем ама има ог ога ега ому ему ој им их ому ов ова ове ови овима ев ева еве еви евима \
                ати ити ети ао ла ло ли ле ио ила ило или иле ала ало али але ам ем им аш еш иш амо емо имо ате ете ите ају ује ујем ују ну нути" },
            Self::Slovak => Table { left: 3, endings: "\
                ami ách och iach iam ým ými ým mi ím ími ej ého iho emu ému imu om ov ovi ovia mi ou ú é á a e i o u y ý í ä ia ie iu \
                ach am ať iť eť úť ovať uje ujú ujem al ala alo ali il ila ilo ili ame áme ím íme íš ajú ú ia atá aťa aťu aťom" },
            Self::Slovenian => Table { left: 3, endings: "\
                a e i o u ov ev ih im imi em om am ah ami ega emu oma ema ima ih ama eh ju jo \
                ati iti eti ovati uje ujejo ujem al ala alo ali ale il ila ilo ili ile am aš a amo ate ajo im iš imo ite ijo" },
            Self::Tamil => Table { left: 2, endings: "\
                கள் களை களின் களுக்கு களில் களால் ங்கள் ங்களை ங்களின் ங்களுக்கு ங்களில் ம் த்தை த்தின் த்தில் த்துக்கு த்திற்கு ை ின் ுக்கு ில் ால் ு ்" },
            Self::Telugu => Table { left: 2, endings: "\
                లు ులు ాలు లను లకు లలో లతో ల ాలను ాలకు ాలలో ాల ను కు కి లో తో నుండి యొక్క ం ానికి ంలో ాన్ని ంతో ు ి" },
            Self::Ukrainian => Table { left: 3, endings: "\
                а я у ю і ї и е є о ь ій ої ою ею єю ом ем єм ам ям ами ями ах ях ів їв ей ові еві єві ого ього ому ьому им ім їм ими іми \
                их іх ую юю ая яя ую ті ий ти ть ть ать ять ить їть ує ують ив ила или ило ав ала али ало ати ити іти увати ував увала \
                ся тися ться лася вся лися" },
            Self::Urdu => Table { left: 2, endings: "وں یں یاں ں ات ے ی ا و ئیں ؤں تا تی تے نا نی نے یا ئے" },
        }
    }
}
