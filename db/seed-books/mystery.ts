import type { SeedBook } from './seed-book.ts'

export const mystery: SeedBook[] = [
  {
    title: 'The Moonstone',
    author: 'Wilkie Collins',
    year: 1868,
    pages: 528,
    priceCents: 1199,
    stock: 12,
    featured: true,
    description:
      'A cursed yellow diamond vanishes on the night of a birthday party, and everybody in the house has something to hide. Each witness tells a part, from a butler devoted to Robinson Crusoe to a spinster with a bag of tracts, and you get to be the detective.',
  },
  {
    title: 'The Woman in White',
    author: 'Wilkie Collins',
    year: 1860,
    pages: 672,
    priceCents: 1249,
    stock: 8,
    description:
      'On a moonlit road a drawing master meets a woman dressed all in white who has escaped from somewhere. What follows has a stolen identity, a magnificent heroine and, in Count Fosco, the most charming villain ever to keep white mice.',
  },
  {
    title: 'The Adventures of Sherlock Holmes',
    author: 'Arthur Conan Doyle',
    year: 1892,
    pages: 336,
    priceCents: 999,
    stock: 27,
    description:
      'Twelve cases that begin with a knock on the door at Baker Street: a red-headed league, a speckled band, a goose with a jewel in it. Still the best company for a foggy evening.',
  },
  {
    title: 'The Hound of the Baskervilles',
    author: 'Arthur Conan Doyle',
    year: 1902,
    pages: 256,
    priceCents: 899,
    stock: 22,
    description:
      'A baronet lies dead on Dartmoor, and beside him are the footprints of a gigantic hound. Watson is sent ahead alone, the mire swallows ponies, and something howls.',
  },
  {
    title: 'Arsène Lupin, Gentleman Burglar',
    author: 'Maurice Leblanc',
    year: 1907,
    pages: 240,
    priceCents: 949,
    stock: 10,
    description:
      'He is arrested in the first story and announces from his cell what he will steal next. Nine adventures of a thief who leaves a card, improves the decor and cannot resist a good disguise.',
  },
  {
    title: 'The Mystery of the Yellow Room',
    author: 'Gaston Leroux',
    year: 1908,
    pages: 272,
    priceCents: 999,
    stock: 4,
    description:
      'A locked door, barred windows, a scream, and nobody inside but the victim. A reporter of eighteen races a famous detective to an answer that generations of writers have tried to outdo.',
  },
  {
    title: 'The Innocence of Father Brown',
    author: 'G. K. Chesterton',
    year: 1911,
    pages: 272,
    priceCents: 949,
    stock: 16,
    description:
      'A small priest with a large umbrella solves crimes because he can imagine committing every one of them. Stories that start as conjuring tricks and end as moral shocks.',
  },
  {
    title: 'The Thirty-Nine Steps',
    author: 'John Buchan',
    year: 1915,
    pages: 160,
    priceCents: 699,
    stock: 19,
    description:
      'Richard Hannay is bored with London until there is a dead man on his carpet. Then it is over the moors with the police behind him, spies ahead and a notebook that he cannot read.',
  },
  {
    title: 'The Mysterious Affair at Styles',
    author: 'Agatha Christie',
    year: 1920,
    pages: 272,
    priceCents: 899,
    stock: 17,
    description:
      'A rich woman dies behind three bolted doors, and a Belgian refugee with a splendid moustache asks about a broken coffee cup. Hercule Poirot’s first case, with all the clues in plain sight.',
  },
  {
    title: 'Whose Body?',
    author: 'Dorothy L. Sayers',
    year: 1923,
    pages: 224,
    priceCents: 849,
    stock: 7,
    description:
      'An unknown man turns up in an architect’s bath, wearing nothing but a pair of gold pince-nez. Lord Peter Wimsey puts down his rare books and takes an interest.',
  },
]
