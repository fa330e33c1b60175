import type { SeedBook } from './seed-book.ts'

export const poetry: SeedBook[] = [
  {
    title: 'The Divine Comedy',
    author: 'Dante Alighieri',
    year: 1321,
    pages: 752,
    priceCents: 2299,
    stock: 8,
    description:
      'Halfway through his life a man loses his way in a wood, and the way out leads through hell, up a mountain and into the stars. Dante meets everybody he ever loved or hated and gives each of them the lines they deserve.',
  },
  {
    title: 'Shakespeare’s Sonnets',
    author: 'William Shakespeare',
    year: 1609,
    pages: 192,
    priceCents: 899,
    stock: 25,
    description:
      'A hundred and fifty-four rooms, fourteen lines each, in which somebody pleads, boasts, sulks and promises you will live for ever. You know more of them than you think.',
  },
  {
    title: 'Songs of Innocence and of Experience',
    author: 'William Blake',
    year: 1794,
    pages: 112,
    priceCents: 1299,
    stock: 11,
    description:
      'First the lamb, then the tyger; first the echoing green, then London’s chartered streets. Simple enough for a child to sing, and nobody has got to the bottom of them yet.',
  },
  {
    title: 'Eugene Onegin',
    author: 'Alexander Pushkin',
    year: 1833,
    pages: 256,
    priceCents: 1099,
    stock: 9,
    description:
      'A bored dandy turns down a country girl who has written him the bravest letter in Russian literature. A novel in verse that chatters, digresses, fights a duel and breaks off just where it hurts.',
  },
  {
    title: 'Leaves of Grass',
    author: 'Walt Whitman',
    year: 1855,
    pages: 160,
    priceCents: 999,
    stock: 17,
    featured: true,
    description:
      'One man sets out to contain multitudes: ferries, carpenters, runaways, stars, the grass and you. The long lines were made to be read aloud out of doors, and they still loosen the collar.',
  },
  {
    title: 'The Flowers of Evil',
    author: 'Charles Baudelaire',
    year: 1857,
    pages: 368,
    priceCents: 1399,
    stock: 12,
    description:
      'Cats, perfume, wine, boredom and a Paris that changes faster than a human heart. Six of these poems were banned at once; all of them are still up after midnight.',
  },
  {
    title: 'Goblin Market and Other Poems',
    author: 'Christina Rossetti',
    year: 1862,
    pages: 208,
    priceCents: 949,
    stock: 6,
    description:
      'Two sisters, a glen at twilight and little men selling fruit that nobody should buy. The title poem gallops; the short ones around it are as clear and cold as water.',
  },
  {
    title: 'Poems',
    author: 'Emily Dickinson',
    year: 1890,
    pages: 240,
    priceCents: 1049,
    stock: 20,
    description:
      'She kept them in a drawer, sewn into little books: a fly at a deathbed, a carriage, a certain slant of light. Four lines and two dashes, and the top of your head is gone.',
  },
  {
    title: 'Gitanjali',
    author: 'Rabindranath Tagore',
    year: 1910,
    pages: 128,
    priceCents: 849,
    stock: 14,
    description:
      'Song offerings from Bengal that wait at the door, by the river, under the rain, for a guest who may already have come in. To be read slowly, a page a morning.',
  },
  {
    title: 'The Waste Land',
    author: 'T. S. Eliot',
    year: 1922,
    pages: 96,
    priceCents: 649,
    stock: 18,
    description:
      'April, a hyacinth girl, a typist’s supper, a drowned sailor and somebody calling time in a pub. After the war the pieces would not fit together any more, so Eliot made music of the pieces.',
  },
  {
    title: 'Harmonium',
    author: 'Wallace Stevens',
    year: 1923,
    pages: 144,
    priceCents: 1199,
    stock: 0,
    description:
      'An insurance lawyer from Hartford looks at a blackbird in thirteen ways and puts a jar upon a hill in Tennessee. Gaudy, grave and hard to stop saying aloud.',
  },
]
