import type { SeedBook } from './seed-book.ts'

export const fantasyAndFolklore: SeedBook[] = [
  {
    title: 'Le Morte d’Arthur',
    author: 'Thomas Malory',
    year: 1485,
    pages: 864,
    priceCents: 1999,
    stock: 6,
    description:
      'The sword, the table, the grail and the queen: every Camelot since goes back to these pages, written by a knight in prison. Marvels told in plain words, and under them the slow breaking of a fellowship.',
  },
  {
    title: 'Children’s and Household Tales',
    author: 'Jacob and Wilhelm Grimm',
    year: 1812,
    pages: 640,
    priceCents: 2199,
    stock: 13,
    featured: true,
    description:
      'Wolves, spindles, talking fish and a great many third sons, as they were told by firesides before anybody softened them. Keep it by the bed and read one tale a night; some of them will read you back.',
  },
  {
    title: 'Fairy Tales',
    author: 'Hans Christian Andersen',
    year: 1837,
    pages: 416,
    priceCents: 1399,
    stock: 15,
    description:
      'A pea under twenty mattresses, a mermaid who gives up her voice, an emperor with nothing on. Andersen has you laughing at the whole court, and then there is something in your eye.',
  },
  {
    title: 'Phantastes',
    author: 'George MacDonald',
    year: 1858,
    pages: 272,
    priceCents: 999,
    stock: 8,
    description:
      'On the morning after his twenty-first birthday Anodos wakes to find the carpet turning into grass. A walk through Fairy Land with the logic of a dream, and a shadow that follows close behind.',
  },
  {
    title: 'Alice’s Adventures in Wonderland',
    author: 'Lewis Carroll',
    year: 1865,
    pages: 192,
    priceCents: 799,
    stock: 34,
    description:
      'A girl follows a rabbit with a watch and spends the afternoon arguing with everybody she meets. Sense and nonsense change places so politely that you may not notice which one you live in.',
  },
  {
    title: 'The Wonderful Wizard of Oz',
    author: 'L. Frank Baum',
    year: 1900,
    pages: 224,
    priceCents: 849,
    stock: 19,
    description:
      'A cyclone drops a Kansas farm girl on a witch, and home turns out to be a long walk away. Three friends go with her to ask a wizard for what they have had all along.',
  },
  {
    title: 'Kwaidan',
    author: 'Lafcadio Hearn',
    year: 1904,
    pages: 176,
    priceCents: 1049,
    stock: 1,
    description:
      'A blind singer performs for the dead, and a woman of snow spares a young man on one condition. Japanese ghost stories in prose so still that you hear the paper doors slide.',
  },
  {
    title: 'The Wind in the Willows',
    author: 'Kenneth Grahame',
    year: 1908,
    pages: 272,
    priceCents: 949,
    stock: 22,
    description:
      'Mole drops his whitewash brush, Rat has a boat, Badger has a stern word and Toad has a motor car. Picnics, burglars and a river that is the best friend of all.',
  },
  {
    title: 'The King of Elfland’s Daughter',
    author: 'Lord Dunsany',
    year: 1924,
    pages: 256,
    priceCents: 1099,
    stock: 7,
    description:
      'A parliament of plain men asks to be ruled by a magic lord, so the prince is sent beyond the fields we know. Nobody has ever written a border like this one, where twilight stands like a wall.',
  },
  {
    title: 'Lud-in-the-Mist',
    author: 'Hope Mirrlees',
    year: 1926,
    pages: 288,
    priceCents: 1149,
    stock: 10,
    description:
      'In a sensible town of merchants and cheese, somebody is smuggling fairy fruit to the young. A comic mystery with a mayor for a detective, and a sadness in it like a tune heard from next door.',
  },
]
