/** Books of the seed that are there in numbers. */
export const books = {
  pride: { id: 1, slug: 'pride-and-prejudice', title: 'Pride and Prejudice', price: '€9.99' },
  moonstone: { id: 2, slug: 'the-moonstone', title: 'The Moonstone', price: '€11.99' },
  heights: { id: 9, slug: 'wuthering-heights', title: 'Wuthering Heights', price: '€10.99' },
}
