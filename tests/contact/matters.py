"""What residents might write, made up: fragments to learn from, and other sentences, written apart, to measure by."""

from itertools import product

# category: for each language two rows: what, and what is wrong with it; every pair is a message.
FRAGMENTS = {
    "pothole": {
        "fi": (["Kadulla on iso kuoppa", "Asfaltissa on syvä monttu", "Ajorata on murentunut"], ["auto hajosi siihen", "pyörän rengas puhkesi", "kansi kolisee renkaiden alla"]),
        "sv": (["Det finns en djup grop i gatan", "Asfalten har spruckit", "Körbanan är sönder"], ["däcket gick sönder", "bilen slog i", "cyklisterna faller"]),
        "en": (["There is a deep hole in the road", "The asphalt has cracked", "The carriageway is broken"], ["my tyre burst", "my car hit it", "cyclists fall"]),
    },
    "street-light": {
        "fi": (["Katuvalo on sammunut", "Valaisin vilkkuu", "Lyhtypylväs on vinossa"], ["polku on pilkkopimeä", "iltaisin ei näe mitään", "hehku sammuu yöllä"]),
        "sv": (["Gatlyktan är släckt", "Belysningen blinkar", "Lyktstolpen lutar"], ["det är kolmörkt", "man ser ingenting på kvällen", "den slocknar på natten"]),
        "en": (["The street light is out", "The lamp flickers", "The lamp post leans"], ["it is pitch dark", "you see nothing in the evening", "it goes off at night"]),
    },
    "snow-and-ice": {
        "fi": (["Jalkakäytävä on auraamatta", "Lumivalli tukkii tien", "Piha on jäässä"], ["vanhukset liukastelevat", "hiekkaa ei ole", "rollaattorilla ei pääse"]),
        "sv": (["Trottoaren är oplogad", "En snövall spärrar vägen", "Gården är isig"], ["äldre halkar", "ingen har sandat", "rollatorn fastnar"]),
        "en": (["The pavement has not been ploughed", "A bank of snow blocks the way", "The yard is icy"], ["old people slip", "nobody has gritted", "walkers get stuck"]),
    },
    "litter": {
        "fi": (["Roskis pursuaa", "Pysäkki on täynnä roskia", "Maassa on lasinsiruja"], ["variksilla on juhlat", "pussit lentävät tuulessa", "kukaan ei tyhjennä"]),
        "sv": (["Papperskorgen svämmar över", "Hållplatsen är full av skräp", "Det ligger glasbitar på marken"], ["kråkorna festar", "påsarna flyger", "ingen tömmer"]),
        "en": (["The bin overflows", "The stop is full of litter", "There is broken glass on the ground"], ["the crows feast", "bags fly about", "nobody empties it"]),
    },
    "tree": {
        "fi": (["Puu on kaatumassa", "Oksa roikkuu tien yllä", "Koivu on lahonnut"], ["myrsky katkaisi sen", "se osuu sähkölinjaan", "runko halkesi"]),
        "sv": (["Ett träd håller på att falla", "En gren hänger över vägen", "Björken är murken"], ["stormen knäckte den", "den når elledningen", "stammen sprack"]),
        "en": (["A tree is about to fall", "A branch hangs over the road", "The birch is rotten"], ["the storm broke it", "it touches the power line", "the trunk has split"]),
    },
    "playground": {
        "fi": (["Keinu on rikki", "Liukumäessä on terävä reuna", "Kiipeilyteline huojuu"], ["lapsi satutti itsensä", "ketju on poikki", "turvahiekka puuttuu"]),
        "sv": (["Gungan är trasig", "Rutschkanan har en vass kant", "Klätterställningen vinglar"], ["ett barn skadade sig", "kedjan är av", "sanden saknas"]),
        "en": (["The swing is broken", "The slide has a sharp edge", "The climbing frame wobbles"], ["a child got hurt", "the chain has snapped", "the sand is missing"]),
    },
    "graffiti": {
        "fi": (["Seinä on töhritty", "Alikulussa on ilkivaltaa", "Sähkökaappi on spreijattu"], ["sanat ovat rumia", "maali on tuoretta", "kuvat pitää pestä"]),
        "sv": (["Väggen är nedklottrad", "Skadegörelse i tunneln", "Elskåpet är sprejat"], ["orden är fula", "färgen är ny", "bilderna måste tvättas bort"]),
        "en": (["The wall is covered in graffiti", "Vandalism in the underpass", "The cabinet has been sprayed"], ["the words are ugly", "the paint is fresh", "it must be washed off"]),
    },
    "noise": {
        "fi": (["Työmaan melu jatkuu yöllä", "Tehtaasta tulee hajua", "Musiikki soi ulkona"], ["emme saa nukuttua", "ikkunaa ei voi avata", "jytinä alkaa viideltä"]),
        "sv": (["Bullret från bygget fortsätter", "Det luktar från fabriken", "Musik spelas ute"], ["vi kan inte sova", "fönstret kan inte öppnas", "dunket börjar klockan fem"]),
        "en": (["The noise of the building site goes on", "A smell comes from the factory", "Music plays outside"], ["we cannot sleep", "we can't open the window", "the thumping starts at five"]),
    },
    "day-care": {
        "fi": (["Haen päiväkotipaikkaa", "Esiopetus alkaa syksyllä", "Hoitopaikan päätös viipyy"], ["milloin saan vastauksen", "lapsi on kolmevuotias", "sisarus on samassa ryhmässä"]),
        "sv": (["Jag söker daghemsplats", "Förskolan börjar i höst", "Beslutet om vårdplats dröjer"], ["när får jag svar", "barnet är tre år", "syskonet går i samma grupp"]),
        "en": (["I apply for a day care place", "Preschool begins in autumn", "The decision on a place is late"], ["when do I get an answer", "the child is three years old", "the sibling is in the same group"]),
    },
    "parking-permit": {
        "fi": (["Asukastunnus on umpeutunut", "Sain pysäköintivirhemaksun", "Sakko tuli aiheetta"], ["tunnus oli tuulilasissa", "mittari ei toiminut", "haen oikaisua maksuun"]),
        "sv": (["Boendetillståndet har gått ut", "Jag fick en parkeringsbot", "Boten var fel"], ["tillståndet låg i vindrutan", "automaten fungerade inte", "jag begär rättelse"]),
        "en": (["My residents' permit has run out", "I got a parking fine", "The fine was wrong"], ["the permit was in the windscreen", "the meter did not work", "I claim a rectification"]),
    },
}  # fmt: skip

HELD_OUT = [
    ("pothole", "fi", "Bussikaistan päällyste on niin huonossa kunnossa, että renkaat ja alusta kärsivät."),
    ("pothole", "sv", "Vid korsningen har asfalten fått ett stort hål som bilarna väjer för."),
    (
        "pothole",
        "en",
        "A crater has opened in the tarmac by the crossing and cars swerve around it, tyres are at risk.",
    ),
    ("street-light", "fi", "Lenkkipolun lamput eivät ole palaneet viikkoon ja siellä on ihan pimeä."),
    ("street-light", "sv", "Tre lampor i rad lyser inte längs gångvägen, barnen går i mörkret."),
    ("street-light", "en", "Two lamps in a row have been dark since Monday on the way to school."),
    ("snow-and-ice", "fi", "Bussipysäkin kohta on peilijäässä eikä hiekoitusta ole tehty."),
    ("snow-and-ice", "sv", "Cykelvägen är helt isig och ingen har plogat på flera dagar."),
    ("snow-and-ice", "en", "The cycle path is sheer ice and has seen no plough or grit for days."),
    ("litter", "fi", "Puistossa lojuu pulloja ja pusseja, roskikset ovat olleet täynnä koko viikon."),
    ("litter", "sv", "Skräpet ligger kvar efter festen och papperskorgarna är fulla."),
    ("litter", "en", "Bags and bottles lie around after the party and the bins are full."),
    ("tree", "fi", "Iso kuusi kallistuu uhkaavasti talon suuntaan, myrsky voi kaataa sen."),
    ("tree", "sv", "En stor gran lutar mot huset, nästa storm fäller den."),
    ("tree", "en", "A large spruce leans towards our house and the next storm will bring the trunk down."),
    ("playground", "fi", "Leikkipuiston keinun ketju on kulunut, lapset voivat pudota."),
    ("playground", "sv", "I lekparken är gungans kedja så sliten att barnen kan falla."),
    ("playground", "en", "The chain of a swing at the play park is so worn that a child may fall."),
    ("graffiti", "fi", "Koulun seinään on maalattu rumia sanoja ja ikkunoihin liimattu tarroja."),
    ("graffiti", "sv", "Någon har sprejat fula ord på skolans vägg."),
    ("graffiti", "en", "Someone has sprayed ugly words on the wall of the school."),
    ("noise", "fi", "Naapurin rakennustyömaalta kuuluu jytinää jo aamuviideltä, emme voi nukkua."),
    ("noise", "sv", "Från byggplatsen hörs dunk redan klockan fem på morgonen, ingen kan sova."),
    ("noise", "en", "Thumping from the building works starts before six and keeps us from sleep."),
    ("day-care", "fi", "Muutamme syksyllä, miten kolmevuotiaan varhaiskasvatuspaikka siirtyy uuteen kaupunkiin?"),
    ("day-care", "sv", "Vi flyttar i höst, hur får treåringen plats på ett svenskt daghem?"),
    ("day-care", "en", "We move in the autumn: how does our three year old get a place in day care?"),
    ("parking-permit", "fi", "Auton tuulilasissa oli voimassa oleva tunnus, silti sain virhemaksun. Haluan oikaisun."),
    ("parking-permit", "sv", "Jag fick böter fast tillståndet syntes tydligt i bilens vindruta. Jag vill ha rättelse."),
    ("parking-permit", "en", "I was fined although the permit was clearly visible in the windscreen of my car."),
]


def messages() -> list[tuple[str, str, str]]:
    """Category, language and text of every pair of fragments."""
    return [
        (category, language, f"{what}, {wrong}.")
        for category, languages in FRAGMENTS.items()
        for language, (things, wrongs) in languages.items()
        for what, wrong in product(things, wrongs)
    ]
