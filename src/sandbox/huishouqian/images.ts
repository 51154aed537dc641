/** Nobody answers there: pictures are asked for by their URL, not from it. */
export function imageUrl(id: string, baseUrl: string): string {
  return `${baseUrl}/complaint/image/${id}`
}
