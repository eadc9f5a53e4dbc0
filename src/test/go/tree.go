package main

import (
	"bytes"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	height    = 8
	width     = 1 << height
	mostLeaf  = 1<<16 - 1
	mostProof = 63
)

// log is a whole log: what its entries hash to, and what its own tiles say, told apart.
type log struct {
	tree   source
	newest checkpoint
	stored []tlog.Hash         // of the entries, in the order of tlog.StoredHashIndex
	places map[tlog.Hash]int64 // leaf hash → index
	tiles  tlog.HashReader     // of the tiles, believed only where they lead to the signed root
}

func (l *log) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		if at < 0 || at >= int64(len(l.stored)) {
			return nil, errors.New("outside the tree")
		}
		out[i] = l.stored[at]
	}
	return out, nil
}

// readLog reads all entries, recomputes the root from them, and holds every tile against them.
func readLog(tree source, newest checkpoint) (*log, error) {
	l := &log{tree: tree, newest: newest, places: map[tlog.Hash]int64{}}
	for first := int64(0); first < newest.size; first += width {
		count := newest.size - first
		if count > width {
			count = width
		}
		path := tilePath("entries", first/width, int(count))
		bundle, err := tree.read(path, width*(2+mostLeaf))
		if err != nil {
			return nil, err
		}
		hashes, err := leafHashes(bundle, int(count))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		for i, h := range hashes {
			if err := l.add(first+int64(i), h); err != nil {
				return nil, err
			}
		}
	}
	root, err := l.root(newest.size)
	if err != nil {
		return nil, err
	}
	if root != newest.root {
		return nil, fmt.Errorf("the entries lead to root %s, the log signed %s", root, newest.root)
	}
	if err := l.sameTiles(newest.size, true); err != nil {
		return nil, err
	}
	if newest.size > 0 {
		l.tiles = tlog.TileHashReader(tlog.Tree{N: newest.size, Hash: newest.root}, tileReader{tree})
	}
	if tree.served() {
		if _, err := tree.read("tile/0/000.p/0", width*tlog.HashSize); !errors.Is(err, errAbsent) {
			return nil, errors.New("an empty tile is served")
		}
	}
	return l, nil
}

func (l *log) add(index int64, leaf tlog.Hash) error {
	if before, twice := l.places[leaf]; twice {
		return fmt.Errorf("leaf %d is leaf %d again", index, before)
	}
	l.places[leaf] = index
	hashes, err := tlog.StoredHashesForRecordHash(index, leaf, l)
	l.stored = append(l.stored, hashes...)
	return err
}

func leafHashes(bundle []byte, count int) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for i := 0; i < count; i++ {
		if len(bundle) < 2 {
			return nil, errors.New("too few entries")
		}
		length := int(bundle[0])<<8 | int(bundle[1])
		if len(bundle) < 2+length {
			return nil, errors.New("an entry is cut off")
		}
		out = append(out, tlog.RecordHash(bundle[2:2+length]))
		bundle = bundle[2+length:]
	}
	if len(bundle) != 0 {
		return nil, errors.New("bytes after the last entry")
	}
	return out, nil
}

func (l *log) root(size int64) (tlog.Hash, error) {
	if size == 0 {
		// SHA-256 of nothing, RFC 6962 §2.1
		return tlog.Hash{0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
			0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55}, nil
	}
	return tlog.TreeHash(size, l)
}

// ---- tiles

func tilePath(level string, n int64, w int) string {
	number := fmt.Sprintf("%03d", n%1000)
	for n >= 1000 {
		n /= 1000
		number = fmt.Sprintf("x%03d/%s", n%1000, number)
	}
	path := "tile/" + level + "/" + number
	if w < width {
		path += fmt.Sprintf(".p/%d", w)
	}
	return path
}

// sameTiles compares the tiles of the tree of this size with the entries, all or the partial ones.
func (l *log) sameTiles(size int64, all bool) error {
	count := size
	for level := 0; count > 0; level++ {
		n := int64(0)
		if !all {
			n = count / width
		}
		for ; n*width < count; n++ {
			w := width
			if rest := count - n*width; rest < width {
				w = int(rest)
			}
			want, err := tlog.ReadTileData(tlog.Tile{H: height, L: level, N: n, W: w}, l)
			if err != nil {
				return err
			}
			path := tilePath(fmt.Sprint(level), n, w)
			got, err := l.tree.read(path, width*tlog.HashSize)
			if err != nil {
				return err
			}
			if !bytes.Equal(got, want) {
				return fmt.Errorf("%s: not the hashes of its entries", path)
			}
		}
		count >>= height
	}
	return nil
}

type tileReader struct{ tree source }

func (t tileReader) Height() int                                { return height }
func (t tileReader) SaveTiles(tiles []tlog.Tile, data [][]byte) {}

func (t tileReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, tile := range tiles {
		path := tilePath(fmt.Sprint(tile.L), tile.N, tile.W)
		data, err := t.tree.read(path, width*tlog.HashSize)
		if err != nil {
			return nil, err
		}
		if len(data) != tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s: %d bytes", path, len(data))
		}
		out = append(out, data)
	}
	return out, nil
}

// ---- proofs

// consistent holds each checkpoint against the entries, against a proof made from the tiles, and,
// where a server answers, against the proof it gives itself.
func (l *log) consistent(all []checkpoint) error {
	for _, old := range all {
		if old.size > l.newest.size {
			return fmt.Errorf("%s: signed at %d leaves, the log has %d", old.where, old.size, l.newest.size)
		}
		root, err := l.root(old.size)
		if err != nil {
			return err
		}
		if root != old.root {
			return fmt.Errorf("fork: %s has another root of size %d", old.where, old.size)
		}
		if old.size == 0 {
			continue
		}
		proof, err := tlog.ProveTree(l.newest.size, old.size, l.tiles)
		if err != nil {
			return fmt.Errorf("%s: %w", old.where, err)
		}
		if err := tlog.CheckTree(proof, l.newest.size, l.newest.root, old.size, old.root); err != nil {
			return fmt.Errorf("%s: %w", old.where, err)
		}
		if !l.tree.served() {
			continue
		}
		if err := l.served(old); err != nil {
			return fmt.Errorf("%s: %w", old.where, err)
		}
	}
	return nil
}

func (l *log) served(old checkpoint) error {
	path := fmt.Sprintf("consistency/%d/%d", old.size, l.newest.size)
	text, err := l.tree.read(path, mostProof*64)
	if err != nil {
		return err
	}
	proof, err := hashes(text)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, l.newest.size, l.newest.root, old.size, old.root); err != nil {
		return err
	}
	return l.partial(old.size)
}

// partial: tiles of every checkpoint ever given out are still served, entries among them.
func (l *log) partial(size int64) error {
	if rest := int(size % width); rest > 0 {
		path := tilePath("entries", size/width, rest)
		bundle, err := l.tree.read(path, width*(2+mostLeaf))
		if err != nil {
			return err
		}
		found, err := leafHashes(bundle, rest)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		for i, h := range found {
			if l.places[h] != size/width*width+int64(i) {
				return fmt.Errorf("%s: entry %d is another", path, i)
			}
		}
	}
	return l.sameTiles(size, false)
}

func hashes(text []byte) ([]tlog.Hash, error) {
	each, err := lines(text)
	if err != nil {
		return nil, err
	}
	if len(each) > mostProof {
		return nil, errors.New("a proof too long")
	}
	var out []tlog.Hash
	for _, line := range each {
		h, err := hash(line)
		if err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, nil
}

// included proves every entry to be where it is.
func (l *log) included() error {
	for leaf, index := range l.places {
		proof, err := tlog.ProveRecord(l.newest.size, index, l)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, l.newest.size, l.newest.root, index, leaf); err != nil {
			return fmt.Errorf("leaf %d: %w", index, err)
		}
	}
	return nil
}
