package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const mostNote = 1 << 20

var errAbsent = errors.New("it is not there")

// source is a static tree: nothing of it is asked for twice, and no answer is read without end.
type source interface {
	read(path string, most int64) ([]byte, error)
	// served tells whether tiles of earlier checkpoints must still be there; a bundle holds those of
	// its newest alone.
	served() bool
}

func open(tree string) (source, error) {
	if strings.HasPrefix(tree, "http://") || strings.HasPrefix(tree, "https://") {
		client := &http.Client{
			Timeout: time.Minute,
			CheckRedirect: func(*http.Request, []*http.Request) error {
				return http.ErrUseLastResponse
			},
		}
		return address{strings.TrimSuffix(tree, "/"), client}, nil
	}
	info, err := os.Stat(tree)
	if err == nil && !info.IsDir() {
		err = errors.New(tree + " is not a folder: unpack the bundle first")
	}
	return folder(tree), err
}

type folder string

func (f folder) served() bool { return false }

func (f folder) read(path string, most int64) ([]byte, error) {
	data, err := readFile(filepath.Join(string(f), filepath.FromSlash(path)), most)
	if errors.Is(err, os.ErrNotExist) {
		err = errAbsent
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return data, nil
}

func readFile(path string, most int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return bounded(file, most)
}

type address struct {
	base   string
	client *http.Client
}

func (a address) served() bool { return true }

func (a address) read(path string, most int64) ([]byte, error) {
	answer, err := a.client.Get(a.base + "/" + path)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	var data []byte
	switch answer.StatusCode {
	case http.StatusOK:
		data, err = bounded(answer.Body, most)
	case http.StatusNotFound:
		err = errAbsent
	default:
		err = errors.New(answer.Status)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return data, nil
}

func bounded(in io.Reader, most int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(in, most+1))
	if err == nil && int64(len(data)) > most {
		err = errors.New("larger than it can be")
	}
	return data, err
}
