"""Finnish words of one root, as the services of a city use them.

Base forms alone don't bring *valo* and *valaistus* together: the one isn't an inflection of the other but a cousin. A family
is named by its first word; a search for one member finds the others, ranked below the word itself. Only words whose meaning
stays together are listed: *liikenne* and *liikunta* share a root, and nobody who asks for the one wants the other.
"""

FAMILIES = """
asua asunto asukas asumus
auttaa apu avustaa avustus avustaja
avoin avata avaus avoimuus
hakea hakemus haku hakija
harrastaa harrastus harrastaja
hoitaa hoito hoitaja hoiva
ilmoittaa ilmoitus ilmoittaja
kaavoittaa kaava kaavoitus kaavoittaja
kehittää kehitys kehittäjä kehittyä
kierrättää kierrätys
kokeilla kokeilu
korjata korjaus
kuljettaa kuljetus kuljettaja
kulkea kulku kulkija
kysyä kysely
kävellä kävely kävelijä
laskuri laskenta
leikkiä leikki
liikennöidä liikenne liikennöinti
luistella luistelu
matkailla matkailu matkailija
mitata mittaus mittari
musiikki musisoida
nuori nuoriso nuoruus
opettaa opetus opettaja
opiskella opiskelu opiskelija
osallistua osallisuus osallistuja
palvella palvelu
pelata peli pelaaja
puhdistaa puhdistus puhdas puhtaus puhdistamo
päättää päätös päättäjä
pyöräillä pyörä pyöräily pyöräilijä
pysäköidä pysäköinti
rahoittaa rahoitus rahoittaja
rakentaa rakennus rakentaja
retkeillä retki retkeily
ruokailla ruoka ruokailu
saastuttaa saaste saastua
siivota siivous
suojella suojelu
suunnitella suunnitelma suunnittelu suunnittelija
sähkö sähköinen sähköistää
säästää säästö
tiedottaa tiedote tiedotus
tutkia tutkimus tutkija
työllisyys työllistää työllistyä
uida uinti uimari uima
ulkoilla ulkoilu
valo valaista valaistus valaisin valaisu
valvoa valvonta valvoja
vastata vastaus
vuokrata vuokra vuokraus vuokralainen
yritys yrittäjä yrittäjyys
äänestää äänestys äänestäjä
"""

FAMILY = {word: line.split()[0] for line in FAMILIES.strip().splitlines() for word in line.split()}
"""Base form -> the name of its family."""
