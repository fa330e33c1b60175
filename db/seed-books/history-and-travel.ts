import type { SeedBook } from './seed-book.ts'

export const historyAndTravel: SeedBook[] = [
  {
    title: 'The Twelve Caesars',
    author: 'Suetonius',
    year: 121,
    pages: 400,
    priceCents: 1299,
    stock: 11,
    description:
      'What they ate, whom they married, how they died and what was said about it in the baths. The emperors’ own archivist opens the files, and gossip turns into history as you watch.',
  },
  {
    title: 'The Travels of Marco Polo',
    author: 'Marco Polo',
    year: 1300,
    pages: 416,
    priceCents: 1399,
    stock: 13,
    description:
      'A merchant’s son leaves Venice at seventeen and comes back at forty-one with stories of paper money, black stones that burn and a khan who is fond of a good report. He is said to have added on his deathbed that he had not told the half of it.',
  },
  {
    title: 'The Narrow Road to the Deep North',
    author: 'Matsuo Bashō',
    year: 1702,
    pages: 176,
    priceCents: 1099,
    stock: 9,
    featured: true,
    description:
      'In the spring of 1689 a poet sells his house, mends his trousers and walks into the north of Japan. A travel diary of rain, fleas, ruins and moonlight, with a haiku wherever prose would be too long.',
  },
  {
    title: 'The History of the Decline and Fall of the Roman Empire',
    author: 'Edward Gibbon',
    year: 1776,
    pages: 1312,
    priceCents: 3499,
    stock: 3,
    description:
      'Thirteen centuries fall, one well-made sentence at a time. Come for the emperors and the heresies, stay for the footnotes, in which the most elegant malice in English is kept.',
  },
  {
    title: 'Letters Written During a Short Residence in Sweden, Norway, and Denmark',
    author: 'Mary Wollstonecraft',
    year: 1796,
    pages: 208,
    priceCents: 999,
    stock: 5,
    description:
      'With a baby, a maid and a secret errand about a missing ship of silver, a philosopher travels the Scandinavian coast. She writes home of rocks, prisons, pine woods and a love affair that is going wrong.',
  },
  {
    title: 'Narrative of the Life of Frederick Douglass',
    author: 'Frederick Douglass',
    year: 1845,
    pages: 144,
    priceCents: 749,
    stock: 24,
    description:
      'He traded bread with the white boys of the street for lessons in reading, and understood why it had been forbidden. A hundred pages of controlled fire by a man who wrote himself free.',
  },
  {
    title: 'The Innocents Abroad',
    author: 'Mark Twain',
    year: 1869,
    pages: 560,
    priceCents: 1249,
    stock: 10,
    description:
      'A shipload of solemn Americans sets out to see the Old World, and Twain goes along to watch them do it. Guides are tormented, relics are counted, and the Sphinx gets a page of sudden silence.',
  },
  {
    title: 'A Thousand Miles up the Nile',
    author: 'Amelia Edwards',
    year: 1877,
    pages: 512,
    priceCents: 1599,
    stock: 4,
    description:
      'She came to Egypt to get out of the rain and never got over it. Sail with her from Cairo to Abu Simbel, where she found a painted room under the sand and went in on her hands and knees.',
  },
  {
    title: 'Travels with a Donkey in the Cévennes',
    author: 'Robert Louis Stevenson',
    year: 1879,
    pages: 160,
    priceCents: 799,
    stock: 16,
    description:
      'Twelve days, one sleeping sack of his own invention, and Modestine, who walks as much slower than a walk as a walk is slower than a run. The book that made people want to go camping.',
  },
  {
    title: 'Sailing Alone Around the World',
    author: 'Joshua Slocum',
    year: 1900,
    pages: 288,
    priceCents: 1049,
    stock: 15,
    description:
      'An out-of-work captain rebuilds a rotten oyster sloop and sails her round the globe with a tin clock for a chronometer. He scatters carpet tacks on deck against boarders, talks to the moon and is never dull.',
  },
  {
    title: 'The Souls of Black Folk',
    author: 'W. E. B. Du Bois',
    year: 1903,
    pages: 272,
    priceCents: 1099,
    stock: 12,
    description:
      'A bar of music stands over each of these essays, and the last one tells you what you have been hearing. History, grief and argument by the man who saw where the new century’s line would run.',
  },
  {
    title: 'The Worst Journey in the World',
    author: 'Apsley Cherry-Garrard',
    year: 1922,
    pages: 640,
    priceCents: 1799,
    stock: 7,
    description:
      'In the dark of an Antarctic winter three men walk for five weeks to fetch three penguin eggs. One of the youngest of Scott’s last expedition tells what they did, what it cost, and what the museum said when he handed in the eggs.',
  },
]
