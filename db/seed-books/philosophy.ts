import type { SeedBook } from './seed-book.ts'

export const philosophy: SeedBook[] = [
  {
    title: 'The Enchiridion',
    author: 'Epictetus',
    year: 125,
    pages: 96,
    priceCents: 549,
    stock: 28,
    description:
      'Some things are up to us and some are not: a man born a slave begins there and makes a handbook of it, small enough for a pocket. Open it when the train is late.',
  },
  {
    title: 'Meditations',
    author: 'Marcus Aurelius',
    year: 180,
    pages: 256,
    priceCents: 899,
    stock: 30,
    description:
      'The most powerful man in the world, in a tent on the Danube, reminds himself to get up in the morning and be kind. He never meant to publish it, and that is why one believes him.',
  },
  {
    title: 'The Consolation of Philosophy',
    author: 'Boethius',
    year: 524,
    pages: 176,
    priceCents: 849,
    stock: 9,
    description:
      'Yesterday he was consul; now he sits in a cell, waiting for the executioner, when a tall woman comes in and asks him why he is crying. A thousand years of readers learned from it how fortune’s wheel turns.',
  },
  {
    title: 'The Prince',
    author: 'Niccolò Machiavelli',
    year: 1532,
    pages: 128,
    priceCents: 599,
    stock: 19,
    description:
      'Out of office and out of favour, a Florentine civil servant writes down how power is really won and lost. Short, cold and unnervingly practical, and people still argue whether he was serious.',
  },
  {
    title: 'Essays',
    author: 'Michel de Montaigne',
    year: 1580,
    pages: 1040,
    priceCents: 2499,
    stock: 7,
    featured: true,
    description:
      'A gentleman retires to a tower full of books and decides to find out what he knows. He writes about thumbs, cannibals, friendship and his kidney stones, and somehow the subject is always you.',
  },
  {
    title: 'Meditations on First Philosophy',
    author: 'René Descartes',
    year: 1641,
    pages: 144,
    priceCents: 749,
    stock: 15,
    description:
      'Sit by the fire, as he does, and doubt everything: the fire, your hands, the sum of two and three. Six evenings later the world has been put back, and it is not the same.',
  },
  {
    title: 'Ethics',
    author: 'Baruch Spinoza',
    year: 1677,
    pages: 208,
    priceCents: 1149,
    stock: 8,
    description:
      'God, nature and human bondage, proved like triangles by a grinder of lenses whom his own community had cast out. Hard as glass for a hundred pages, and then the light comes through.',
  },
  {
    title: 'A Vindication of the Rights of Woman',
    author: 'Mary Wollstonecraft',
    year: 1792,
    pages: 272,
    priceCents: 849,
    stock: 14,
    description:
      'If reason makes us human, who gave half of humanity leave to keep it for themselves? Written in six weeks and in a temper, with sentences that still go off.',
  },
  {
    title: 'Fear and Trembling',
    author: 'Søren Kierkegaard',
    year: 1843,
    pages: 160,
    priceCents: 899,
    stock: 5,
    description:
      'Abraham saddled his donkey early in the morning, and a man in Copenhagen cannot stop thinking about the ride. A book about faith that leaves every comfortable use of the word in ruins.',
  },
  {
    title: 'On Liberty',
    author: 'John Stuart Mill',
    year: 1859,
    pages: 160,
    priceCents: 699,
    stock: 17,
    description:
      'When may the rest of us stop somebody from living as they please? Mill, with Harriet Taylor at his side, gives one simple rule and then follows it fearlessly wherever it goes.',
  },
  {
    title: 'Thus Spoke Zarathustra',
    author: 'Friedrich Nietzsche',
    year: 1883,
    pages: 352,
    priceCents: 1049,
    stock: 12,
    description:
      'A hermit comes down from his mountain with an eagle, a serpent and some news. Parable, parody and song by turns, and dangerous to quote from, as everybody who quotes from it shows.',
  },
]
