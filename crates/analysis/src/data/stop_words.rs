//! Stop word lists as Lucene's analyzers carry them (Apache License 2.0; the Snowball lists are BSD, see NOTICE).
//!
//! Each list is one string of words with white space between.

/// `EnglishAnalyzer.ENGLISH_STOP_WORDS_SET`, 33 words.
pub(crate) const ENGLISH_STOP_WORDS: &str = "\
a an and are as at be but by for if in into is it no not of on or such that the their then there
these they this to was will with";

/// `french_stop.txt` of Snowball, 164 words.
pub(crate) const FRENCH_STOP_WORDS: &str = "\
au aux avec ce ces dans de des du elle en et eux il je la le leur lui ma mais me même mes moi mon ne
nos notre nous on ou par pas pour qu que qui sa se ses son sur ta te tes toi ton tu un une vos votre
vous c d j l à m n s t y été étée étées étés étant suis es est sommes êtes sont serai seras sera
serons serez seront serais serait serions seriez seraient étais était étions étiez étaient fus fut
fûmes fûtes furent sois soit soyons soyez soient fusse fusses fût fussions fussiez fussent ayant eu
eue eues eus ai as avons avez ont aurai auras aura aurons aurez auront aurais aurait aurions auriez
auraient avais avait avions aviez avaient eut eûmes eûtes eurent aie aies ait ayons ayez aient eusse
eusses eût eussions eussiez eussent ceci cela celà cet cette ici ils les leurs quel quels quelle
quelles sans soi";
