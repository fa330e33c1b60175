import type { SeedBook } from './seed-book.ts'

export const scienceFiction: SeedBook[] = [
  {
    title: 'The Blazing World',
    author: 'Margaret Cavendish',
    year: 1666,
    pages: 160,
    priceCents: 1299,
    stock: 0,
    description:
      'A young lady sails over the North Pole into another world, becomes its empress and puts hard questions to bear-men who look through telescopes. Written by a duchess who thought that she might as well make a world of her own.',
  },
  {
    title: 'Frankenstein',
    author: 'Mary Shelley',
    year: 1818,
    pages: 288,
    priceCents: 849,
    stock: 26,
    featured: true,
    description:
      'A student finds out how to give life and runs away from what he made. The creature learns to speak, to read and to want company, and comes to ask its maker for an answer.',
  },
  {
    title: 'Journey to the Centre of the Earth',
    author: 'Jules Verne',
    year: 1864,
    pages: 288,
    priceCents: 899,
    stock: 14,
    description:
      'An impatient professor deciphers a runic note and drags his nephew down the chimney of an Icelandic volcano. Below are a sea without a shore, a storm without a sky and animals that should have died out.',
  },
  {
    title: 'Twenty Thousand Leagues Under the Seas',
    author: 'Jules Verne',
    year: 1870,
    pages: 464,
    priceCents: 1099,
    stock: 12,
    description:
      'Three men set out to harpoon a sea monster and end up as guests, or prisoners, inside it. Captain Nemo has a library, an organ, a grudge against the whole dry world, and the oceans to show you.',
  },
  {
    title: 'Flatland',
    author: 'Edwin A. Abbott',
    year: 1884,
    pages: 128,
    priceCents: 599,
    stock: 21,
    description:
      'A respectable square, living in two dimensions, is visited by a sphere and shown what he cannot see. A joke about Victorian society that turns into the clearest lesson in geometry you will ever get.',
  },
  {
    title: 'The Time Machine',
    author: 'H. G. Wells',
    year: 1895,
    pages: 128,
    priceCents: 649,
    stock: 23,
    description:
      'The dinner guests do not believe a word, and then the Time Traveller limps in, starving, with two strange flowers in his pocket. Eight hundred thousand years in a hundred pages, down to the last red sunset.',
  },
  {
    title: 'The War of the Worlds',
    author: 'H. G. Wells',
    year: 1898,
    pages: 224,
    priceCents: 799,
    stock: 18,
    description:
      'Something lands on a common in Surrey, and within days the greatest city on Earth is running for its life. Wells walks the reader through familiar streets and takes them apart one by one.',
  },
  {
    title: 'The Machine Stops',
    author: 'E. M. Forster',
    year: 1909,
    pages: 96,
    priceCents: 499,
    stock: 29,
    description:
      'Everybody lives alone in a small room, gives lectures on screens and has thousands of friends they have never touched. Then the humming falters. A hundred years old, and it might have been written this morning.',
  },
  {
    title: 'Herland',
    author: 'Charlotte Perkins Gilman',
    year: 1915,
    pages: 176,
    priceCents: 799,
    stock: 5,
    description:
      'Three explorers stumble into a country where there have been no men for two thousand years. They have come to explain things and find themselves having to answer for the world they left.',
  },
  {
    title: 'R.U.R.',
    author: 'Karel Čapek',
    year: 1920,
    pages: 112,
    priceCents: 699,
    stock: 9,
    description:
      'A factory on an island makes workers who want nothing, until they do. The play that gave the world the word “robot”, and most of the trouble that robots have been in since.',
  },
  {
    title: 'We',
    author: 'Yevgeny Zamyatin',
    year: 1924,
    pages: 256,
    priceCents: 999,
    stock: 2,
    description:
      'In a city of glass, D-503 lives by the timetable and is happy, until he meets a woman who smokes, drinks and plays Scriabin. The diary of a man who is coming down with a soul.',
  },
]
