//! Stop words of Microsoft's analyzers, as far as they are published and copied here: "Stopwords reference" of the Azure AI
//! Search documentation (Microsoft, Creative Commons Attribution 4.0, see NOTICE), in lower case.
//!
//! The page's longer lists (ar cs da de el fi hu nl pl th tr) are not here; Lucene's stand in for them.

use super::StopwordsList;

/// The words that `<code>.microsoft` drops, with white space between; none where no list is known.
pub(crate) fn microsoft_stop_words(code: &str) -> &'static str {
    match code {
        "bg" => "вж до е и на от то у че",
        "ca" => "la el l les de d del dels i un una uns unes a als al en és es s se hi",
        "hr" => "i u je se na za da su o od a s",
        "en" => {
            "is and in it of the to that this these those was for on be with as by at have are not \
            but had from or i my me mine myself you your yours yourself he him his himself she her \
            hers herself its itself we our ours ourselves they them their theirs themselves a b c d \
            e f g h j k l m n o p q r s t u v w x y z"
        }
        "fr" => "ces cet cette de des du es et la le les on un une",
        "he" => "של אל את",
        "hi" => "है हैं में और का की के वह यह",
        "gu" => "માં તે એ આ છે અને નો ની નું",
        "is" => "að í á það eru er og",
        "id" => "ah di dong ialah ini itu juga ke sih",
        "it" => {
            "a agli ai al alla alle allo degli dei del della delle dello di e è gli i il in la le lo \
            negli nei nel nella nelle nello un una uno"
        }
        "lv" => "no un uz ir",
        "lt" => "ir arba yra jis ji",
        "ms" => "adalah atau dalam dan di ia ialah ini itu juga lah",
        "nb" => "av og en ei et til i er den det",
        "pt-BR" | "pt-PT" => {
            "à às é a ao aos as da das de do dos e em na nas no nos o os para um uma umas uns"
        }
        "ro" => "a ai al ale alor de din este în într la o pe şi un unei unor unui",
        "ru" => {
            "во бы не на что по для как от это из за только или их все его он но до же то так уже а б \
            в г д е ё ж з и й к л м н о п р с т у ф х ц ч ш щ ъ ы ь э ю я"
        }
        "sr-cyrillic" => "и је у да се на су за од са а из о",
        "sr-latin" => "i je u se su a",
        "sk" => "z od na k o a v vo je ono",
        "sl" => "in k h v je ono onega onemu onem onim",
        "es" => "a al de del e el en es la las lo los un una unas unos y",
        "sv" => "av och en ett till i är den det",
        "pa" => "ਹੈ ਹਨ ਦਾ ਦੇ ਦੀ ਦੀਆਂ ਵਿਚ ਅਤੇ ਇਹ ਉਹ",
        "ta" => "அது இது ஒரு அல்லது இந்த அந்த",
        "uk" => "і й до в у є з із",
        "ur" => "ہے ہیں میں اور کا کی کے یہ وہ اس ان",
        "ar" => StopwordsList::Arabic.words(),
        "cs" => StopwordsList::Czech.words(),
        "da" => StopwordsList::Danish.words(),
        "de" => StopwordsList::German.words(),
        "el" => StopwordsList::Greek.words(),
        "fi" => StopwordsList::Finnish.words(),
        "hu" => StopwordsList::Hungarian.words(),
        "nl" => StopwordsList::Dutch.words(),
        "th" => StopwordsList::Thai.words(),
        "tr" => StopwordsList::Turkish.words(),
        "pl" => super::POLISH_STOP_WORDS,
        _ => "",
    }
}
