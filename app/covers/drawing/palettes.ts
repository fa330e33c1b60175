/** `ink` is readable on `ground`, and so the other way round; the accents are for shapes only. */
export type Palette = {
  ground: string
  ink: string
  accents: readonly [string, string, string]
}

export const palettes: readonly Palette[] = [
  { ground: '#f4c430', ink: '#1b1a4b', accents: ['#d8432b', '#fff4d6', '#1f6f6b'] },
  { ground: '#171a44', ink: '#f9eed3', accents: ['#f5bd38', '#e85d43', '#5a78c7'] },
  { ground: '#123f36', ink: '#f5ecd4', accents: ['#ebb74d', '#83b99a', '#e0693d'] },
  { ground: '#f4c7c0', ink: '#3a1231', accents: ['#c4314b', '#fff1e8', '#2f6374'] },
  { ground: '#f3efe6', ink: '#1d1d22', accents: ['#d93a2a', '#2a4fa3', '#eab530'] },
  { ground: '#b9d8e6', ink: '#12263f', accents: ['#f26a4c', '#fff8e8', '#2c7a8d'] },
  { ground: '#6e1926', ink: '#fae8d2', accents: ['#eaa63f', '#dd6d5d', '#f5d0b8'] },
  { ground: '#4f5a28', ink: '#f9f2da', accents: ['#ecc74c', '#b9c47a', '#dd6237'] },
  { ground: '#cdc1ea', ink: '#201849', accents: ['#5c3fae', '#faf6ff', '#f27d55'] },
  { ground: '#ef6042', ink: '#231026', accents: ['#ffdcaa', '#1f5163', '#fff3e4'] },
  { ground: '#cde6d4', ink: '#10322b', accents: ['#2d9370', '#f5a45a', '#fffdf3'] },
  { ground: '#0e4d5e', ink: '#fdf4e1', accents: ['#f6a52b', '#7ec4c0', '#e86449'] },
  { ground: '#e6d2ab', ink: '#2a1e15', accents: ['#ab432a', '#54786a', '#fbf2de'] },
  { ground: '#2341bd', ink: '#ffffff', accents: ['#ffd441', '#93abff', '#ff6d4c'] },
  { ground: '#3b1d47', ink: '#f8e8f2', accents: ['#e4729d', '#f5bc52', '#8560b0'] },
]
