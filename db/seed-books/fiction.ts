import type { SeedBook } from './seed-book.ts'

export const fiction: SeedBook[] = [
  {
    title: 'Pride and Prejudice',
    author: 'Jane Austen',
    year: 1813,
    pages: 432,
    priceCents: 999,
    stock: 24,
    description:
      'Elizabeth Bennet is sure that she reads people well, and Mr Darcy is the one she misreads completely. A comedy of first impressions in which every dance is a debate and every letter changes the past.',
  },
  {
    title: 'Wuthering Heights',
    author: 'Emily Brontë',
    year: 1847,
    pages: 416,
    priceCents: 1099,
    stock: 15,
    description:
      'Two houses on a Yorkshire moor, and a love between them that ruins everybody it touches, into the next generation. Nobody in this book is nice, and nobody who has read it forgets the weather.',
  },
  {
    title: 'Middlemarch',
    author: 'George Eliot',
    year: 1871,
    pages: 880,
    priceCents: 1499,
    stock: 11,
    featured: true,
    description:
      'Dorothea wants to do something great, Lydgate wants to reform medicine, and the town of Middlemarch has plans of its own for both. A whole provincial world seen with so much understanding that even the bores break your heart.',
  },
  {
    title: 'Moby-Dick',
    author: 'Herman Melville',
    year: 1851,
    pages: 720,
    priceCents: 1399,
    stock: 9,
    description:
      'A schoolteacher goes to sea to cure his gloom and signs on with a captain who is hunting one particular whale. Part adventure, part sermon, part encyclopedia, and far funnier than its reputation.',
  },
  {
    title: 'Great Expectations',
    author: 'Charles Dickens',
    year: 1861,
    pages: 544,
    priceCents: 1199,
    stock: 18,
    description:
      'A blacksmith’s boy helps a convict on the marshes and later comes into money that he cannot explain. Then he learns who has been paying for the gentleman he became, and has to find out whether there is anybody inside the good coat.',
  },
  {
    title: 'Anna Karenina',
    author: 'Leo Tolstoy',
    year: 1878,
    pages: 864,
    priceCents: 1599,
    stock: 13,
    description:
      'Anna leaves a dull marriage for a brilliant officer, and Levin mows his meadows and wonders what it is all for. Tolstoy follows both of them so closely that you know the very moment at which each changes direction.',
  },
  {
    title: 'Les Misérables',
    author: 'Victor Hugo',
    year: 1862,
    pages: 1232,
    priceCents: 1899,
    stock: 6,
    description:
      'Nineteen years for a loaf of bread, one act of mercy, and a policeman who cannot let go. Around Jean Valjean’s flight Hugo builds a city of barricades, convents and sewers, and dares you to stay indifferent.',
  },
  {
    title: 'My Ántonia',
    author: 'Willa Cather',
    year: 1918,
    pages: 272,
    priceCents: 1049,
    stock: 3,
    description:
      'On the Nebraska prairie an orphan from Virginia meets a girl from Bohemia, and neither ever quite leaves the other’s memory. A quiet book with enormous skies.',
  },
  {
    title: 'The Age of Innocence',
    author: 'Edith Wharton',
    year: 1920,
    pages: 320,
    priceCents: 1149,
    stock: 14,
    description:
      'Newland Archer is engaged to the perfect bride when her disreputable cousin comes home from Europe. In old New York nobody raises a voice, and the most violent things happen over dinner.',
  },
  {
    title: 'Mrs Dalloway',
    author: 'Virginia Woolf',
    year: 1925,
    pages: 224,
    priceCents: 949,
    stock: 20,
    description:
      'Clarissa Dalloway steps out to buy flowers for her party, and across London a soldier cannot come back from the war. One June day, told from inside so many heads that the city itself seems to think.',
  },
  {
    title: 'The Great Gatsby',
    author: 'F. Scott Fitzgerald',
    year: 1925,
    pages: 192,
    priceCents: 899,
    stock: 31,
    description:
      'Every Saturday the lights go on at Gatsby’s mansion, for the sake of one guest who has not come yet. A summer of champagne and careless driving, and the bill that comes after it.',
  },
]
