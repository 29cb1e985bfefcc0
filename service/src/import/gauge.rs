//! A reader with two limits of bytes: in total, and since the last mark.

use std::io::{self, BufRead, Read};

/// Counts the bytes that were read. Once a limit is reached, every further read fails.
pub(super) struct Gauge<R> {
    inner: R,
    read: u64,
    marked: u64,
    max_since_mark: u64,
    max_total: u64,
}

impl<R> Gauge<R> {
    /// Allows this many bytes between two marks, and in total.
    pub const fn new(inner: R, max_since_mark: u64, max_total: u64) -> Self {
        Self { inner, read: 0, marked: 0, max_since_mark, max_total }
    }

    /// Sets the mark, from which the next piece is counted.
    pub const fn mark(&mut self) {
        self.marked = self.read;
    }

    /// Bytes read so far.
    pub const fn read_bytes(&self) -> u64 {
        self.read
    }

    /// Whether the limit in total is reached.
    pub const fn is_spent(&self) -> bool {
        self.read >= self.max_total
    }

    /// The bytes that may still be read.
    fn allowed(&self) -> io::Result<usize> {
        let left =
            (self.marked.saturating_add(self.max_since_mark)).min(self.max_total).saturating_sub(self.read);
        if left == 0 {
            return Err(io::Error::other("more bytes than allowed"));
        }
        Ok(usize::try_from(left).unwrap_or(usize::MAX))
    }
}

impl<R: Read> Read for Gauge<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let end = self.allowed()?.min(buffer.len());
        let read = self.inner.read(buffer.get_mut(..end).unwrap_or_default())?;
        self.read += read as u64;
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Gauge<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let end = self.allowed()?;
        let bytes = self.inner.fill_buf()?;
        Ok(bytes.get(..end).unwrap_or(bytes))
    }

    fn consume(&mut self, count: usize) {
        self.inner.consume(count);
        self.read += count as u64;
    }
}

impl<R: io::Seek> io::Seek for Gauge<R> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}
