import type { SeedBook } from './seed-book.ts'

export const scienceAndNature: SeedBook[] = [
  {
    title: 'The Starry Messenger',
    author: 'Galileo Galilei',
    year: 1610,
    pages: 128,
    priceCents: 999,
    stock: 10,
    description:
      'He points his new tube at the moon and sees mountains, then at Jupiter and sees four stars that keep moving. Sixty hurried pages, still warm from the press, in which the sky stops being a ceiling.',
  },
  {
    title: 'Micrographia',
    author: 'Robert Hooke',
    year: 1665,
    pages: 272,
    priceCents: 2999,
    stock: 4,
    description:
      'A flea as big as a cat, folded into the book and engraved to the last bristle. Hooke looked at cork, frost, mould and the point of a needle, and Samuel Pepys stayed up until two in the morning to read it.',
  },
  {
    title: 'The Natural History of Selborne',
    author: 'Gilbert White',
    year: 1789,
    pages: 320,
    priceCents: 1149,
    stock: 14,
    description:
      'A country parson watches swifts, weighs his tortoise and wonders where the swallows go. One parish looked at with so much patience that it turns out to be large enough for a lifetime.',
  },
  {
    title: 'Views of Nature',
    author: 'Alexander von Humboldt',
    year: 1808,
    pages: 416,
    priceCents: 1899,
    stock: 6,
    description:
      'Steppes, waterfalls, volcanoes, and the jungle at night when all of its animals quarrel at once. Humboldt wrote that everything hangs together before there was a word for it.',
  },
  {
    title: 'The Voyage of the Beagle',
    author: 'Charles Darwin',
    year: 1839,
    pages: 448,
    priceCents: 1199,
    stock: 16,
    description:
      'A seasick young man with a hammer rides with gauchos, digs up giant sloths and feels the ground shake in Chile. On some islands with odd finches he begins to have a thought.',
  },
  {
    title: 'Walden',
    author: 'Henry David Thoreau',
    year: 1854,
    pages: 336,
    priceCents: 949,
    stock: 21,
    description:
      'Two years in a cabin that cost twenty-eight dollars, with beans to hoe and a pond to sound. A cranky, funny, exact book about what one can do without, and how much is left over.',
  },
  {
    title: 'On the Origin of Species',
    author: 'Charles Darwin',
    year: 1859,
    pages: 480,
    priceCents: 1299,
    stock: 18,
    featured: true,
    description:
      'It starts with pigeon fanciers and ends with a tangled bank, and in between the living world acquires a history. One long argument, so fair to its opponents that it makes their case better than they did.',
  },
  {
    title: 'The Chemical History of a Candle',
    author: 'Michael Faraday',
    year: 1861,
    pages: 160,
    priceCents: 799,
    stock: 13,
    description:
      'Six Christmas lectures for children about one burning candle, by the man who gave us the electric motor. By the end you know what you are breathing, and why you and the candle have so much in common.',
  },
  {
    title: 'The Life of the Bee',
    author: 'Maurice Maeterlinck',
    year: 1901,
    pages: 272,
    priceCents: 1049,
    stock: 8,
    description:
      'A playwright keeps hives and reports from the city of wax: the swarm, the duel of the queens, the massacre of the drones. Half observation, half drama, with the gods sitting in the gallery.',
  },
  {
    title: 'My First Summer in the Sierra',
    author: 'John Muir',
    year: 1911,
    pages: 272,
    priceCents: 1099,
    stock: 11,
    description:
      'In 1869 Muir was hired to follow two thousand sheep into the mountains and looked at everything but the sheep. A diary so drunk on granite and light that you will start looking up trains.',
  },
  {
    title: 'Relativity: The Special and the General Theory',
    author: 'Albert Einstein',
    year: 1917,
    pages: 176,
    priceCents: 949,
    stock: 2,
    description:
      'A train, an embankment, two flashes of lightning and a reader willing to think for an evening. The author explains the thing himself and leaves elegance, he says, to the tailor and the cobbler.',
  },
]
