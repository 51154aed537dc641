import { digits, type Random } from '../random.js'

/** Made up. The hosts of images are not documented. */
export function drawImages(random: Random, index: number): string[] {
  return Array.from(
    { length: random.int(1, 3) },
    () => `https://images.example.com/complain/${index}/${random.text(digits, 12)}.png`,
  )
}
