// Command logcheck is a second reader of a Veche log (log.md §1): it trusts nothing of the server's
// own code and stands on golang.org/x/mod/sumdb/note and tlog alone. It reads a whole log, from a
// folder or an address, and exits with 0 only if everything it was shown holds.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
)

const (
	refused = 1
	misused = 2
)

// given is what the person at the keyboard names; nothing of it comes from the log.
type given struct {
	tree        string
	key         string
	trust       string
	receipts    string
	acks        string
	checkpoints string
	quorum      bool
}

func main() {
	var g given
	flag.StringVar(&g.key, "key", "", "the log's verifier key")
	flag.StringVar(&g.trust, "trust", "", "trust file or tlog-policy: the log's key, the witnesses, the quorum")
	flag.StringVar(&g.receipts, "receipts", "", "folder of receipts, <anything>.tlog-proof or <leaf hash>.tlog-proof")
	flag.StringVar(&g.acks, "acks", "", "file of acknowledgements: <leaf hash> <index> <size> <root> a line")
	flag.StringVar(&g.checkpoints, "checkpoints", "", "folder of checkpoints that others kept")
	flag.BoolVar(&g.quorum, "quorum", false, "refuse if no checkpoint of the log has the policy's quorum")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "logcheck (-trust FILE | -key VKEY) [options] FOLDER | URL")
		flag.PrintDefaults()
	}
	flag.Parse()
	g.tree = flag.Arg(0)
	if flag.NArg() != 1 || (g.key == "" && g.trust == "") {
		flag.Usage()
		os.Exit(misused)
	}
	report, err := examine(g)
	for _, line := range report {
		fmt.Println(line)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "refused:", err)
		os.Exit(refused)
	}
	fmt.Println("everything holds")
}

func examine(g given) (report []string, err error) {
	keys, err := trusted(g.key, g.trust)
	if err != nil {
		return nil, err
	}
	tree, err := open(g.tree)
	if err != nil {
		return nil, err
	}

	// What was promised before the newest checkpoint is read, so that it must be covered by it.
	acks, err := readAcks(g.acks)
	if err != nil {
		return nil, err
	}
	receipts, err := readReceipts(g.receipts)
	if err != nil {
		return nil, err
	}
	known := &seen{keys: keys, at: map[int64]checkpoint{}}
	if err := known.stages(tree); err != nil {
		return nil, err
	}
	if err := known.folder(g.checkpoints); err != nil {
		return nil, err
	}
	text, err := tree.read("checkpoint", mostNote)
	if err != nil {
		return nil, err
	}
	newest, err := known.take("checkpoint", text)
	if err != nil {
		return nil, err
	}
	for _, r := range receipts {
		if r.signed, err = known.take(r.file, r.note); err != nil {
			return nil, err
		}
	}

	log, err := readLog(tree, newest)
	if err != nil {
		return nil, err
	}
	report = append(report, fmt.Sprintf("%d leaves, root %s", newest.size, newest.root))
	if err := log.consistent(known.sorted()); err != nil {
		return report, err
	}
	report = append(report, fmt.Sprintf("%d checkpoints, each a beginning of the newest", len(known.at)))
	if err := log.included(); err != nil {
		return report, err
	}
	for _, r := range receipts {
		if err := log.receipt(*r); err != nil {
			return report, err
		}
	}
	report = append(report, fmt.Sprintf("%d receipts", len(receipts)))
	if err := log.acknowledged(acks); err != nil {
		return report, err
	}
	report = append(report, fmt.Sprintf("%d acknowledgements", len(acks)))

	best := int64(-1)
	for _, c := range known.at {
		if keys.enough(c.cosigners) && c.size > best {
			best = c.size
		}
	}
	if best >= 0 {
		report = append(report, fmt.Sprintf("the quorum has seen %d leaves", best))
	} else if g.quorum {
		return report, errors.New("no checkpoint has the quorum")
	}
	return report, nil
}

// seen is every checkpoint met so far, by size: a log has one root for each.
type seen struct {
	keys keys
	at   map[int64]checkpoint
}

func (s *seen) take(where string, text []byte) (checkpoint, error) {
	c, err := s.keys.open(text)
	if err != nil {
		return c, fmt.Errorf("%s: %w", where, err)
	}
	c.where = where
	before, met := s.at[c.size]
	if met && before.root != c.root {
		return c, fmt.Errorf("fork: two signed roots of size %d, %s in %s and %s in %s",
			c.size, before.root, before.where, c.root, where)
	}
	if met {
		for name := range before.cosigners {
			c.cosigners[name] = true
		}
	}
	s.at[c.size] = c
	return c, nil
}

func (s *seen) stages(tree source) error {
	index, err := tree.read("stage/index", mostNote)
	if errors.Is(err, errAbsent) {
		return nil
	} else if err != nil {
		return err
	}
	sizes, err := lines(index)
	if err != nil {
		return fmt.Errorf("stage/index: %w", err)
	}
	last := int64(-1)
	for _, line := range sizes {
		size, err := decimal(line)
		if err != nil || size <= last {
			return errors.New("stage/index: sizes are not ascending decimals")
		}
		last = size
		text, err := tree.read("stage/"+line, mostNote)
		if err != nil {
			return err
		}
		c, err := s.take("stage/"+line, text)
		if err != nil {
			return err
		}
		if c.size != size {
			return fmt.Errorf("stage/%s: a checkpoint of %d leaves", line, c.size)
		}
	}
	return nil
}

func (s *seen) folder(path string) error {
	if path == "" {
		return nil
	}
	files, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := readFile(filepath.Join(path, file.Name()), mostNote)
		if err != nil {
			return err
		}
		if _, err := s.take(file.Name(), text); err != nil {
			return err
		}
	}
	return nil
}

func (s *seen) sorted() []checkpoint {
	all := make([]checkpoint, 0, len(s.at))
	for _, c := range s.at {
		all = append(all, c)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].size < all[j].size })
	return all
}
