/** A session is, by its Latin root, a sitting. */
export const shop = {
  name: 'One Sitting',
  tagline: 'Books worth sitting down for',
}
