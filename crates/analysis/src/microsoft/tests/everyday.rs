//! Everyday words of the languages whose stemmer is helped or our own: plurals, cases, articles and verbs that must meet, and words
//! that look alike and must not.

use super::check;

#[test]
fn portuguese() {
    const WORDS: &[&str] = &[
        "coração corações / corar corda",
        "questão questões / questionar",
        "limão limões / lima",
        "avião aviões / avisar ave",
        "mão mãos / mãe mães mau",
        "mãe mães / mãos",
        "pão pães / pá pau",
        "irmão irmãos / irritar",
        "alemão alemães / além",
        "homem homens / hora",
        "viagem viagens / viaduto",
        "jardim jardins / jarra",
        "som sons / só são",
        "animal animais / ânimo anis",
        "jornal jornais / jornada",
        "papel papéis / papa",
        "hotel hotéis / hostil",
        "lençol lençóis / lenço",
        "sol sóis / só sal",
        "barril barris / barra",
        "fácil fáceis / face",
        "nível níveis / nivelar",
        "possível possíveis / posse",
        "azul azuis / azia",
        "país países / pai pais paz",
        "pai pais / país países",
        "mês meses / mesa mesas",
        "inglês ingleses inglesa inglesas / inglório",
        "café cafés / cafajeste",
        "avó avós / ave",
        "museu museus / música",
        "herói heróis / hora",
        "rei reis / real reais",
        "flor flores / floresta",
        "luz luzes / luta",
        "vez vezes / voz vozes",
        "mulher mulheres / mula",
        "cidade cidades / cidadão",
        "falar falando falou falamos falava / faltar",
        "comer comendo comeu comemos / comarca",
        "partir partiu partindo / porta",
    ];
    check("pt-PT", WORDS);
    check("pt-BR", WORDS);
}

#[test]
fn polish() {
    check(
        "pl",
        &[
            "miasto miasta miast miastem mieście miastach / mięso miał",
            "samochód samochody samochodu samochodów / sam sama chodnik",
            "książka książki książek książką / księżyc ksiądz",
            "szkoła szkoły szkole szkół / szkło szkoda",
            "okno okna okien oknem / oko",
            "człowiek człowieka ludzie ludzi / czoło lud",
            "dziecko dzieci dziecka / dzień dni",
            "dzień dni dniem / dziecko",
            "kobieta kobiety kobiet kobietą / kob",
            "góra góry gór górach / gorączka",
            "stół stoły stołu stołem / stal",
            "ręka ręce rąk / rękaw",
            "jabłko jabłka jabłek / jabłoń",
            "zdjęcie zdjęcia zdjęć / zdrowie",
            "kość kości / kosz kościół",
            "ulica ulice ulicy ulic / ul",
            "rok lata latach / rak",
            "lekarz lekarze lekarza lekarzy / lek leki",
            "chłopiec chłopca chłopcy / chłop",
            "wtorek wtorku wtorki / wtyczka",
            "problem problemy problemu problemami / próba",
            "pies psa psy / piesek",
            "dobry dobra dobre dobrego dobrych / dobytek",
            "czytać czytał czytała czyta czytają / czysty",
            "robić robi robił robimy / robak",
            "pracować pracuje pracował pracują / prasa",
        ],
    );
}

#[test]
fn greek() {
    check(
        "el",
        &[
            "βιβλίο βιβλία βιβλίου βιβλίων / βίος βία",
            "κτίριο κτίρια κτιρίου / κτήμα",
            "σχολείο σχολεία σχολείου / σχόλιο",
            "γραφείο γραφεία / γράμμα",
            "πλοίο πλοία / πλούτος",
            "παιδί παιδιά παιδιού / πεδίο",
            "σπίτι σπίτια σπιτιού / σπίθα",
            "πόλη πόλεις πόλης / πόλεμος",
            "γυναίκα γυναίκες γυναικών / γυμνός",
            "άνθρωπος άνθρωποι ανθρώπου ανθρώπους / άνθος",
            "αυτοκίνητο αυτοκίνητα / αυτός",
            "όνομα ονόματα ονόματος / όνος",
            "πρόβλημα προβλήματα προβλημάτων / πρόβα",
            "γράμμα γράμματα / γράφω",
            "μήνας μήνες / μήλο",
            "τραπέζι τραπέζια / τραγούδι",
            "γράφω γράφεις γράφει γράφουμε / γάφα",
        ],
    );
}

#[test]
fn bulgarian() {
    check(
        "bg",
        &[
            "жена жени жената жените / жест",
            "кола коли колата колите / колан",
            "маса маси масата / масло",
            "цена цени цената / център",
            "книга книги книгата книгите / книжка",
            "дете деца детето децата / дядо",
            "ръка ръце ръката / ръж",
            "човек хора хората / чело",
            "ден дни дните / дан",
            "стая стаи стаята стаите / ставам",
            "идея идеи идеята / идол",
            "история истории историята / истина",
            "учител учители учителят учителите / училище",
            "приятел приятели приятелят / приятен",
            "хотел хотели хотелът / хотяло",
            "вестник вестници вестникът / вест",
            "град градове градът градовете / гора",
            "нов нова ново нови новият / нога",
            "къща къщи къщата / къс",
            "село села селото / сол",
            "море морета морето / морал",
            "момче момчета момчето / моме",
            "чета чете / четка",
        ],
    );
}

#[test]
fn romanian() {
    check(
        "ro",
        &[
            "carte cărți cărţi cartea cărțile cărților / cârti",
            "parte părți părțile / par",
            "cetate cetăți cetățile / ceata",
            "stradă străzi strada străzile / strai",
            "țară țări țările țara / tare",
            "lucrare lucrări lucrările lucrării / lucid",
            "mare mări / mere măr",
            "măr mere / mare mări",
            "floare flori florile floarea / flaut",
            "școală școli școala școlile / scoală",
            "noapte nopți nopțile / nota",
            "seară seri seara / sare",
            "viață vieți viața / vie",
            "băiat băieți băiatul / baie",
            "frate frați fratele / fraudă",
            "student studenți studentul studenții / studiu",
            "hotel hoteluri hotelul hotelurile / hoț",
            "tren trenuri trenul / trei",
            "lucru lucruri lucrurile / lac",
            "loc locuri locul / lac lacuri",
            "preț prețuri prețul / preot",
            "figură figuri / fig",
            "pădure păduri pădurea / păduche",
            "telefon telefoane telefonul / telegramă",
            "oraș orașe orașul / ora",
            "om oameni omul oamenii / omletă",
            "copil copii copilul / copie",
            "masă mese mesele / mesaj",
            "englez englezi / engolat",
            "lucra lucrez lucrând / luci",
        ],
    );
}

#[test]
fn swedish() {
    check(
        "sv",
        &[
            "bok böcker boken böckerna / bock",
            "hand händer handen / handel",
            "stad städer staden städerna / start",
            "man män mannen / mun",
            "fot fötter foten / foto",
            "flicka flickan flickor flickorna flickans / flik",
            "gata gatan gator / gås",
            "kvinna kvinnan kvinnor / kvint",
            "klocka klockan klockor / klok",
            "skola skolan skolor / skål",
            "hus huset husen husets / hos",
            "barn barnet barnen / barr",
            "äpple äpplet äpplen / äppel",
            "arbete arbetet arbeten / arbetslös",
            "rum rummet rummen / rumba",
            "roman romanen romaner / Rom",
            "paket paketet paketen / packa",
            "planet planeten planeter / plan planen",
            "universitet universitetet / universum",
            "arbeta arbetar arbetade arbetat / arg",
            "köpa köper / kopia",
        ],
    );
}

#[test]
fn finnish() {
    check(
        "fi",
        &[
            "vesi veden vettä vedet vedessä / vesa",
            "käsi käden kädet / käsky",
            "vuosi vuoden vuotta vuodet / vuori",
            "uusi uuden uudet / uuni",
            "lapsi lapsen lapset lapsia / lappu",
            "mies miehen miehet / mieli",
            "nainen naisen naiset naisia / naula",
            "ihminen ihmisen ihmiset ihmisiä / ihme",
            "suomalainen suomalaisen suomalaiset / suoma",
            "kaupunki kaupungin kaupungit kaupungissa / kauppa",
            "kauppa kaupan kaupat kaupassa / kaupunki",
            "kukka kukan kukat / kukko",
            "katu kadun kadut kadulla / kato",
            "pöytä pöydän pöydät / pöly",
            "jalka jalan jalat / jalo",
            "poika pojan pojat / poro",
            "vastaus vastauksen vastaukset / vasta",
            "jäsen jäsenen jäsenet / jäätelö",
            "kysymys kysymyksen kysymykset / kysta",
            "huone huoneen huoneet / huono",
            "koira koiran koirat koiraa / koru",
            "talo talon talot talossa / tulo tuli",
            "puhua puhuu puhun / puhdas",
        ],
    );
}

#[test]
fn hebrew() {
    check(
        "he",
        &[
            "בית בבית הבית לבית בתים הבתים ובבתים מהבית שהבית / בת ביצה",
            "ספר ספרים הספר בספר וספר / סוף",
            "ילד ילדים הילד לילד הילדים / לידה",
            "ילדה ילדות הילדה / לידה",
            "כלב כלבים הכלב / לב לבבות",
            "מלון המלון מלונות במלון / בלון",
            "מכתב מכתבים המכתב / כתף",
            "תמונה תמונות התמונה / מונה",
            "דירה דירות בדירה / דיור",
            "מכונית מכוניות במכונית / כוונה",
            "שולחן שולחנות השולחן / שליח",
            "חלון חלונות החלון / חולה",
            "שנה שנים השנה בשנה / שן",
            "שעה שעות השעה / שער",
            "עיר ערים העיר / ער",
            "אישה נשים האישה / איש אנשים",
            "ארץ ארצות בארץ / ארז",
            "רחוב רחובות ברחוב / רחב",
            "בקשה בקשות / קשה",
            "שכונה שכונות בשכונה / מכונה",
        ],
    );
}
