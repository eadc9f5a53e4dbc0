package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// ---- receipts (tlog-proof)

type receipt struct {
	file   string
	leaf   *tlog.Hash // if the file's name tells it
	index  int64
	proof  []tlog.Hash
	note   []byte
	signed checkpoint
}

func readReceipts(path string) ([]*receipt, error) {
	if path == "" {
		return nil, nil
	}
	files, err := filepath.Glob(filepath.Join(path, "*.tlog-proof"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, errors.New(path + ": no receipts")
	}
	var out []*receipt
	for _, file := range files {
		text, err := readFile(file, mostNote)
		if err != nil {
			return nil, err
		}
		r, err := parseReceipt(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		r.file = filepath.Base(file)
		if leaf, err := leafHash(strings.TrimSuffix(r.file, ".tlog-proof")); err == nil {
			r.leaf = &leaf
		}
		out = append(out, r)
	}
	return out, nil
}

func parseReceipt(text []byte) (*receipt, error) {
	head, rest, found := bytes.Cut(text, []byte("\n\n"))
	if !found {
		return nil, errors.New("a receipt without an empty line")
	}
	parts := strings.Split(string(head), "\n")
	if parts[0] != "c2sp.org/tlog-proof@v1" {
		return nil, errors.New("a receipt with another first line")
	}
	parts = parts[1:]
	if len(parts) > 0 && strings.HasPrefix(parts[0], "extra ") {
		if _, err := base64.StdEncoding.Strict().DecodeString(parts[0][len("extra "):]); err != nil {
			return nil, err
		}
		parts = parts[1:]
	}
	if len(parts) == 0 || !strings.HasPrefix(parts[0], "index ") {
		return nil, errors.New("a receipt without an index")
	}
	index, err := decimal(parts[0][len("index "):])
	if err != nil {
		return nil, err
	}
	var proof []tlog.Hash
	if len(parts) > 1 {
		if proof, err = hashes([]byte(strings.Join(parts[1:], "\n") + "\n")); err != nil {
			return nil, err
		}
	}
	return &receipt{index: index, proof: proof, note: rest}, nil
}

func (l *log) receipt(r receipt) error {
	if r.index >= r.signed.size {
		return fmt.Errorf("%s: index %d of %d leaves", r.file, r.index, r.signed.size)
	}
	leaf := l.stored[tlog.StoredHashIndex(0, r.index)]
	if r.leaf != nil && *r.leaf != leaf {
		return fmt.Errorf("%s: leaf %d is another", r.file, r.index)
	}
	if err := tlog.CheckRecord(r.proof, r.signed.size, r.signed.root, r.index, leaf); err != nil {
		return fmt.Errorf("%s: %w", r.file, err)
	}
	return nil
}

// ---- acknowledgements

// ack is what a client wrote down, and synced, before it believed the server's answer.
type ack struct {
	line  int
	leaf  tlog.Hash
	index int64
	size  int64
	root  tlog.Hash
}

func readAcks(path string) ([]ack, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	each, err := lines(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var out []ack
	for i, line := range each {
		a, err := parseAck(line)
		if err != nil {
			return nil, fmt.Errorf("%s line %d: %w", path, i+1, err)
		}
		a.line = i + 1
		out = append(out, a)
	}
	return out, nil
}

func parseAck(line string) (a ack, err error) {
	words := strings.Split(line, " ")
	if len(words) != 4 {
		return a, errors.New("expected <leaf hash> <index> <size> <root>")
	}
	if a.leaf, err = leafHash(words[0]); err != nil {
		return a, err
	}
	if a.index, err = decimal(words[1]); err != nil {
		return a, err
	}
	if a.size, err = decimal(words[2]); err != nil {
		return a, err
	}
	a.root, err = hash(words[3])
	return a, err
}

func leafHash(text string) (h tlog.Hash, err error) {
	data, err := hex.DecodeString(text)
	if err != nil || len(data) != tlog.HashSize {
		return h, errors.New("not a leaf hash in hex")
	}
	copy(h[:], data)
	return h, nil
}

// acknowledged: every leaf is where its receipt said, under a root the log still leads to. That none
// is there twice was seen when the entries were read.
func (l *log) acknowledged(acks []ack) error {
	for _, a := range acks {
		place, found := l.places[a.leaf]
		if !found {
			return fmt.Errorf("lost: acknowledgement %d, leaf %s at %d, is not in the log", a.line, a.leaf, a.index)
		}
		if place != a.index {
			return fmt.Errorf("moved: acknowledgement %d was of index %d, the leaf is at %d", a.line, a.index, place)
		}
		if a.index >= a.size || a.size > l.newest.size {
			return fmt.Errorf("acknowledgement %d: index %d of %d leaves, the log has %d",
				a.line, a.index, a.size, l.newest.size)
		}
	}
	roots := map[int64]tlog.Hash{}
	for _, a := range acks {
		root, met := roots[a.size]
		if !met {
			var err error
			if root, err = l.root(a.size); err != nil {
				return err
			}
			roots[a.size] = root
		}
		if root != a.root {
			return fmt.Errorf("fork: acknowledgement %d has another root of size %d", a.line, a.size)
		}
	}
	return nil
}
