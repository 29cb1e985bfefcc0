// Reduces photos on the device, because networks are slow and 1 MiB is enough to read a document.

const LARGE = 1_048_576;
/** Pixels of the longer side. */
const SIDE = 2_000;

/** The same file, or a smaller JPEG if it is a large photo that this browser can read. */
export async function smaller(file: File): Promise<{ name: string; bytes: Blob }> {
  const same = { name: file.name, bytes: file };
  if (!file.type.startsWith("image/") || file.size <= LARGE) return same;
  try {
    const image = await createImageBitmap(file);
    const scale = Math.min(1, SIDE / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    const bytes = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", 0.8));
    return bytes && bytes.size < file.size ? { name: `${file.name.replace(/\.[^.]*$/, "")}.jpg`, bytes } : same;
  } catch {
    return same;
  }
}
